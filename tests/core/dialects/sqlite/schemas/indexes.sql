create table t (a text, b int, c text);
create index plain on t (a);
create unique index if not exists together on t (a, b desc);
create index partial on t (b) where c is not null and a <> ';';
create index expression on t (lower(a), b + 1 desc, (c || 'x') collate nocase);
create index collated on t (a collate nocase desc, c collate "rtrim" asc);
create index "odd name" on t ("a");
create index called on t (length(c) desc) where length(c) > 3;
