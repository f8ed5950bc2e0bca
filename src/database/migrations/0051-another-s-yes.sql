-- A plan that is risky, or reaches beyond the side of whoever confirms it, waits for another person's yes.

alter table change_set drop constraint change_set_status_check; -- which there are is said in src/changes/status.ts

alter table change_set
  add column measures jsonb,                                     -- how much the plan does: see changes/plan/judge-plan.ts
  add column needs jsonb not null default '[]',                  -- whose yes it needs, and has: see changes/agree.ts
  add column plan_hash text,                                     -- of the plan that they are asked about
  add column asked_at timestamptz,
  add column expires_at timestamptz,
  add column declined_by integer references administrator,
  add column answer_reason text;                                 -- why it was declined, or some of its rows left out

drop index change_set_status;
create index change_set_status on change_set (status)
  where status in ('checking', 'checked', 'awaiting-agreement', 'queued', 'applying');
create index change_set_awaiting on change_set (organisation_id) where status = 'awaiting-agreement';
create index change_set_awaiting_counterpart on change_set (counterpart_id) where status = 'awaiting-agreement';
