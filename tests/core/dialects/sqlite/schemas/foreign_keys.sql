create table parents (id integer primary key, a text, b text, unique (a, b));
create table children (
  id integer primary key,
  parent_id int references parents,
  other int constraint to_parent references Parents (id) on delete set null on update cascade deferrable initially deferred,
  a text, b text,
  foreign key (a, b) references parents (a, b) on delete set default match full,
  constraint same foreign key (id) references children (id) not deferrable initially immediate,
  foreign key (parent_id) references nowhere (x) on delete restrict on update no action deferrable
);
create table first (id integer primary key, second_id int references second (id));
create table second (id integer primary key, first_id int references first (id));
