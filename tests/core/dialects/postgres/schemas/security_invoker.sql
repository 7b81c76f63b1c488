-- from 15
create table public.t (id int);
create view public.v with (security_invoker = true, security_barrier = false) as select id from public.t;
