create table users (id integer primary key, name text, changed int default 0);
create table log (line text);
create view names as select name from users;
create view renamed (n, "m m") as with u as (select * from users) select name, id from u -- all
;
create view later as select * from earlier;
create view earlier as select 1 as one;
create trigger noted after insert on users begin
  insert into log values ('a;b'); -- done; END
  select case when new.id > 0 then 'end' else 'begin' end;
end;
create trigger if not exists "odd name" before update of name, id on users for each row when new.name is null begin
  select raise(abort, 'no');
end;
create trigger through instead of insert on names begin insert into users (name) values (new.name); end;
