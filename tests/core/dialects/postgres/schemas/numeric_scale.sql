-- from 15
create table public.numbers (a numeric(3, -2), b numeric(2, 5), c numeric(3, -2)[]);
