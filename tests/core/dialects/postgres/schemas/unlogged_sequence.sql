-- from 15
create unlogged sequence public.q;
create unlogged table public.u (id int generated always as identity, s serial);
