-- Each beginning of a job, written down before its work and removed when it has ended in order. One of which nothing more
-- was heard is a process that died: killed, out of memory, or too busy to be heard of until another took the job.
create table job_beginning (
  job uuid not null,
  attempt integer not null,
  failed boolean not null default false, -- it ended with an error of ours
  primary key (job, attempt)
);

-- Why a report could not be made: { code, message }
alter table report_run add column reason jsonb;
