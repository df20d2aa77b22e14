#include "demo/settings_text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "demo/mail_files.hpp"

namespace jobflip::demo {
namespace {

// The sums of docs/safety.md, for these: 3.8 >= 3 * 1.1 / 0.9 = 3.67; 4.5 >= 3.8 * 1.1 = 4.18;
// 3 >= 0.4 + 0.2 + 0.3 + 0.4 + 2 * 0.5 = 2.3.
constexpr const char* kTimings = R"(beat_every = "400ms"
call_deadline = "500ms"
lease = "3s"
graceful_stop = "400ms"
kill_to_empty = "200ms"
guard_margin = "300ms"
takeover_after = "3800ms"
freeze = "4500ms"
)";

constexpr const char* kPool = R"(
[[pool]]
name = "mail"
mode = "auto"
candidates = ["job1", "job2", "job3"]
drain_timeout = "2s"
stalled_drain_timeout = "200ms"
start_timeout = "5s"
verify_timeout = "10s"
hold_down = "0s"
cooldown = "1s"
cooldown_max = "4s"

[pool.timings]
)";

constexpr const char* kQueue = R"(
[[pool.queue]]
name = "email"
database = "app"
query = """
select 'email' as queue,
       count(*) filter (where due) as runnable,
       extract(epoch from max(now() - due_at) filter (where due))::float8 as oldest_runnable_s,
       0 as unpromoted,
       count(*) filter (where tried) as running,
       extract(epoch from max(now() - attempted_at) filter (where tried))::float8
         as oldest_running_s,
       count(sent_at) as done,
       max(sent_at) as last_done_at,
       count(failed_at) as failed,
       null::boolean as paused
  from (select *, open and attempt_epoch is null and due_at <= now() as due,
               open and attempt_epoch is not null as tried
          from (select *, sent_at is null and failed_at is null as open from app.email) as e) as e
"""
done = "queue"
sample_every = "250ms"
stall_after = "2s"
pickup_every = "200ms"
enter_after = 3
)";

}  // namespace

int pace_ms(int mails) {
  return std::clamp(9000 / mails, 5, 180);
}

std::string worker_user_line() {
  return ::geteuid() == 0 ? "user = \"root\"\n" : "";
}

std::string agent_text(const AgentText& agent) {
  return fmt::format(R"(node = "{}"
runtime_dir = "{}"

[store]
conninfo = "{}"

[workers.mail]
driver = "command"
command = ["{}", "--pace", "{}", "--poll", "100", "--resend-after", "{}"]
{}output = "{}"

[workers.mail.environment]
EMAIL_DB = "{}"
SMTP_URL = "{}"
DEMO_RUN = "{}"
)",
                     agent.node, agent.runtime_folder, agent.store, agent.email_worker,
                     agent.pace_ms, kResendAfter.count(), worker_user_line(), agent.output,
                     agent.email_db, agent.smtp_url, agent.mark);
}

std::string supervisor_text(const std::string& name, const std::string& runtime_folder,
                            const std::string& store, const std::string& probe_db) {
  return fmt::format(
      "supervisor = \"{}\"\nruntime_dir = \"{}\"\n\n[store]\nconninfo = \"{}\"\n\n"
      "[databases.app]\nconninfo = \"{}\"\n",
      name, runtime_folder, store, probe_db);
}

std::string fleet_text() {
  std::string text = "[budget]\nflips = 3\nwindow = \"1h\"\n\n[supervisor_timings]\n";
  text += kTimings;
  for (const std::string& node : kNodes) text += fmt::format("\n[[node]]\nname = \"{}\"\n", node);
  for (const std::string& name : kSupervisors)
    text += fmt::format("\n[[supervisor]]\nname = \"{}\"\n", name);
  return text + kPool + kTimings + kQueue;
}

std::string logins_sql() {
  std::string sql;
  for (const std::string& node : kNodes)
    sql += fmt::format("create role {} login in role jobflip_agent;", node);
  for (const std::string& name : kSupervisors)
    sql += fmt::format("create role {} login in role jobflip_supervisor;", name);
  return sql +
         "create role ops login in role jobflip_operator;"
         "create role mailer login in role jobflip_worker;"
         "create role probe login;"
         "create role producer login;"
         "grant usage on schema app to mailer, probe, producer;"
         "grant select, update on app.email to mailer;"
         "grant select on app.email to probe;"
         "grant insert on app.email to producer;";
}

std::string producer_sql(int mails) {
  return fmt::format(
      "insert into app.email (recipient, subject, body) "
      "select format('customer%s@example.org', n), format('Invoice %s', n), "
      "format(E'Dear customer,\\n\\nyour invoice %s is ready.\\n{}', n) "
      "from generate_series(1, {}) as n",
      kLastLine, mails);
}

}  // namespace jobflip::demo
