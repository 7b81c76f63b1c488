create table public.zz (a int);
create view public.yy as select 1 as one;
create table public.aa (z public.zz, zs public.zz[], y public.yy);
create view public.cc as select z from public.aa;
create table public.bb (c public.cc);
