#pragma once
/// The settings files of the demo, as a person would write them, but with short times: a lease
/// lasts 3 s and a stall is called after 2 s, so that the story fits into a minute.

#include <string>
#include <vector>

namespace jobflip::demo {

inline const std::vector<std::string> kNodes{"job1", "job2", "job3"};
inline const std::vector<std::string> kSupervisors{"sup1", "sup2"};

struct AgentText {
  std::string node;
  std::string runtime_folder;
  std::string store;         // conninfo of the node's login
  std::string email_worker;  // path
  std::string email_db;      // conninfo of the workers' login
  std::string smtp_url;
  std::string output;  // of the workers
  std::string mark;    // DEMO_RUN, by which the demo finds its processes
  int pace_ms{};       // how long a worker works on one mail before it sends it
};
/// So that the work lasts for the whole story.
int pace_ms(int mails);

/// The line that lets an agent that is root start a command as root.
std::string worker_user_line();

std::string agent_text(const AgentText& agent);

std::string supervisor_text(const std::string& name, const std::string& runtime_folder,
                            const std::string& store, const std::string& probe_db);

/// The file for `jobflip apply`: pool mail, queue email.
std::string fleet_text();

/// SQL: the login roles, and the grants of the workers' and the probe's.
std::string logins_sql();

/// SQL: inserts `mails` e-mails that are due now.
std::string producer_sql(int mails);

}  // namespace jobflip::demo
