-- What the change sets of an organisation that have ended count for together, moved by the move that ends one: the
-- figures of /metrics read it in place of every change set that ever was. Which names there are is said in src/changes/.
create table ended_total (
  organisation_id integer not null references organisation,
  name text not null,
  value bigint not null,
  primary key (organisation_id, name)
);
alter table ended_total enable row level security;
alter table ended_total force row level security;
create policy scope on ended_total using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));

select set_config('muster.organisations', 'all', true); -- for this transaction: the owner is held to the policies too
insert into ended_total (organisation_id, name, value)
select s.organisation_id, counted.name, sum(counted.value)
from change_set s cross join lateral (
  select 'status ' || s.status as name, 1::bigint as value where s.kind = 'upload'
  union all select 'checked', (s.counts->>'rows')::bigint where s.kind = 'upload' and s.counts ? 'rows'
  union all select 'result ' || key, value::bigint from jsonb_each_text(s.results)) as counted
where s.status in ('rejected', 'completed', 'cancelled', 'failed')
group by s.organisation_id, counted.name;
