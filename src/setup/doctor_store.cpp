// Judges the facts of the store.
#include <algorithm>
#include <charconv>
#include <set>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/log_event.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::setup {
namespace {

constexpr long kReservedLeast = 3;
constexpr long kRoomForDaemons = 20;
constexpr Micros kClockLimit{1'000'000};

long number_of(const std::string& text) {
  long number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

struct Roles {
  std::map<std::string, std::set<std::string>> groups;  // of each login
  std::map<std::string, long> limits;
  std::map<std::string, std::string> settings;
};

Roles roles_in(const std::vector<StoreFact>& facts) {
  Roles roles;
  for (const auto& one : facts) {
    if (one.fact == "group") roles.groups[one.subject].insert(one.value);
    if (one.fact == "connection_limit") roles.limits[one.subject] = number_of(one.value);
    if (one.fact == "setting") roles.settings[one.subject] = one.value;
  }
  return roles;
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + printable(word, 63);
  return out;
}

void judge_rights(const StoreFact& one, Findings& out) {
  const auto login = printable(one.subject, 63);
  if (one.fact == "superuser")
    out.push_back({"role-superuser", Severity::error, login, "this login is a superuser",
                   "alter role " + login + " nosuperuser"});
  if (one.fact == "bypasses_rls")
    out.push_back({"role-bypasses-rls", Severity::warning, login, "this login has BYPASSRLS",
                   "alter role " + login + " nobypassrls"});
  if (one.fact == "creates_roles")
    out.push_back({"role-creates-roles", Severity::error, login,
                   "this login has CREATEROLE: it can give itself any group",
                   "alter role " + login + " nocreaterole"});
  if (one.fact == "table_grant")
    out.push_back({"table-grant", Severity::error, login,
                   printable(one.value, 200) + " passes by the functions and the audit log",
                   "revoke " + printable(one.value, 200) + " from " + login});
  if (one.fact == "public_execute")
    out.push_back({"public-execute", Severity::error, "jobflip." + login,
                   "anybody may call this function",
                   "revoke execute on function jobflip." + login + " from public"});
  if (one.fact == "owner_has" && one.value != "true")
    out.push_back({"owner-right", Severity::error, "jobflip_owner",
                   "it lacks " + login + ": a take can't end a worker's session that hangs",
                   "grant " + login + " to jobflip_owner"});
  if (one.fact == "node_login" && one.value != "fit")
    out.push_back({"node-login", Severity::error, login, "its login is " + printable(one.value, 80),
                   "jobflip logins FILE (the pool file) shows what is missing; --yes creates it"});
}

void judge_set(const StoreFact& one, Findings& out) {
  if (one.fact != "schema_set" || one.value == "same") return;
  out.push_back(
      {"schema-set", Severity::warning, "the store",
       "its functions are those of jobflip " + printable(one.subject, 40) + ", not of this program",
       one.value == "newer" ? "install jobflip " + printable(one.subject, 40) + " here"
                            : "jobflip migrate, as a superuser"});
}

/// What logins can do to the lock table, to connections, and to rows in an idle transaction.
void judge_room_to_harm(const StoreFact& one, Findings& out) {
  if (one.fact == "database_public")
    out.push_back({"database-public", Severity::warning, printable(one.subject, 63),
                   "any login of this cluster has " + printable(one.value, 20) +
                       " on this database: it can use up connections, locks and notifications",
                   "jobflip migrate --own-database, where nothing else is in it; else revoke " +
                       printable(one.value, 20) + " from public as far as the others allow"});
  if (one.fact == "advisory_public" && one.value != "0")
    out.push_back({"advisory-public", Severity::warning, printable(one.subject, 63),
                   "whoever may connect here can fill the lock table of the cluster by " +
                       printable(one.value, 10) +
                       " functions, such as advisory locks and large objects: beats fail then",
                   "jobflip migrate --own-database, where nothing else is in it"});
  if (one.fact == "idle_timeout" && number_of(one.value) == 0)
    out.push_back(
        {"idle-in-transaction", Severity::warning, printable(one.subject, 63),
         "neither this login nor its database limits how long a transaction may idle: rows "
         "stay locked by it",
         "alter role " + printable(one.subject, 63) +
             " set idle_in_transaction_session_timeout = '10s'"});
  if (one.fact == "setting" && one.subject == "max_prepared_transactions" && one.value != "0")
    out.push_back({"prepared-transactions", Severity::warning, "the store",
                   "max_prepared_transactions=" + printable(one.value, 10) +
                       ": a fence in a prepared transaction blocks its pool until somebody ends it",
                   "alter system set max_prepared_transactions = 0, and restart"});
}

void judge_durability(const StoreFact& one, Findings& out) {
  if (one.fact == "login_setting" && one.value == "synchronous_commit=off") {
    const auto whose = one.subject.empty() ? "the database" : printable(one.subject, 63);
    out.push_back({"synchronous-commit", Severity::error, whose,
                   "synchronous_commit=off: what was answered may be lost in a crash",
                   one.subject.empty() ? "alter database ... reset synchronous_commit"
                                       : "alter role " + whose + " reset synchronous_commit"});
  }
  if (one.fact == "setting" && one.value == "off" &&
      (one.subject == "fsync" || one.subject == "full_page_writes" ||
       one.subject == "synchronous_commit"))
    out.push_back({one.subject == "synchronous_commit" ? "synchronous-commit" : "store-durability",
                   Severity::error, "the store",
                   one.subject + "=off: what was answered may be lost in a crash",
                   "alter system set " + one.subject + " = on"});
  if (one.fact != "persistence") return;
  const bool marker = one.subject == "incarnation";
  if (marker != (one.value == "u"))
    out.push_back({"table-persistence", Severity::error,
                   "jobflip_data." + printable(one.subject, 63),
                   marker ? "it is not UNLOGGED: a crash that loses history would not be seen"
                          : "it is UNLOGGED: a crash empties it",
                   "alter table jobflip_data." + printable(one.subject, 63) +
                       (marker ? " set unlogged" : " set logged")});
}

void judge_groups(const Roles& roles, Findings& out) {
  for (const auto& [login, groups] : roles.groups) {
    const auto name = printable(login, 63);
    if (groups.size() < 2) continue;
    const bool owner = groups.contains("jobflip_owner");
    out.push_back(
        {"role-groups", Severity::error, name,
         "this login is in " + std::to_string(groups.size()) + " groups: " + joined(groups),
         "one login, one group: revoke " +
             (owner ? std::string{"jobflip_owner"} : printable(*groups.rbegin(), 63)) + " from " +
             name});
  }
}

void judge_room(const Roles& roles, Findings& out) {
  const auto setting = [&](const char* name) {
    const auto found = roles.settings.find(name);
    return found == roles.settings.end() ? -1L : number_of(found->second);
  };
  const long most = setting("max_connections");
  const long reserved = setting("superuser_reserved_connections");
  if (reserved >= 0 && reserved < kReservedLeast)
    out.push_back({"connections-reserved", Severity::warning, "the store",
                   "superuser_reserved_connections=" + std::to_string(reserved) +
                       ": in an emergency nobody gets in",
                   "alter system set superuser_reserved_connections = 3, and restart"});
  long sum = 0;
  bool unlimited = false;
  for (const auto& [login, groups] : roles.groups) {
    if (!groups.contains("jobflip_worker")) continue;
    const auto limit = roles.limits.contains(login) ? roles.limits.at(login) : -1;
    if (limit < 0) {
      unlimited = true;
      out.push_back({"connections-worker", Severity::warning, printable(login, 63),
                     "this login has no CONNECTION LIMIT: workers may take every connection",
                     "alter role " + printable(login, 63) + " connection limit 50"});
    } else {
      sum += limit;
    }
  }
  if (most > 0 && reserved >= 0 && !unlimited && sum > most - reserved - kRoomForDaemons)
    out.push_back({"connections-sum", Severity::warning, "the store",
                   "workers may take " + std::to_string(sum) + " of " + std::to_string(most) +
                       " connections, which leaves less than 20 for daemons and people",
                   "lower the workers' connection limits, or raise max_connections"});
}

}  // namespace

Findings judge_store(const std::vector<StoreFact>& facts) {
  Findings out;
  for (const auto& one : facts) {
    judge_rights(one, out);
    judge_set(one, out);
    judge_durability(one, out);
    judge_room_to_harm(one, out);
  }
  const auto roles = roles_in(facts);
  judge_groups(roles, out);
  judge_room(roles, out);
  return out;
}

Findings judge_clock(Micros ahead, Micros unsure) {
  const auto size = ahead < Micros{0} ? -ahead : ahead;
  if (size - unsure <= kClockLimit) return {};
  return {{"clock", Severity::warning, "this host",
           "its clock is " + short_duration(std::chrono::duration_cast<Millis>(size)) +
               (ahead > Micros{0} ? " ahead of" : " behind") +
               " the store's; no lease depends on it, but logs and reports do not fit together",
           "timedatectl set-ntp true, here and on the store's host"}};
}

Findings judge_pools(const core::Snapshot& snapshot, const std::string& own) {
  Findings out;
  std::map<std::string, std::set<std::string>> speaking;  // version -> nodes
  const auto look = [&](const core::PoolView& pool) {
    for (const auto& one : pool.candidates)
      if (one.beat_age && *one.beat_age < pool.settings.timings.takeover_after)
        speaking[one.program].insert(one.node.str());
  };
  for (const auto& pool : snapshot.pools) {
    look(pool);
    const auto fit = std::ranges::count_if(pool.candidates, [&](const core::CandidateView& one) {
      return one.ready && !one.drained && one.beat_age &&
             *one.beat_age < pool.settings.timings.takeover_after;
    });
    if (fit < 2)
      out.push_back({"pool-nodes", fit == 0 ? Severity::error : Severity::warning,
                     pool.settings.name.str(),
                     std::to_string(fit) + " of " + std::to_string(pool.candidates.size()) +
                         " nodes could take it over now",
                     "jobflip explain " + pool.settings.name.str()});
  }
  if (snapshot.supervisors) look(*snapshot.supervisors);
  for (const auto& text : snapshot.damaged)
    out.push_back({"damaged-row", Severity::error, "the store", printable(text, 200),
                   "see docs/operations.md, \"A row that can't be read\""});
  for (const auto& [version, nodes] : speaking)
    if (version != own)
      out.push_back(
          {"version", Severity::warning, joined(nodes),
           (version.empty() ? "no version is known of it" : "it runs " + printable(version, 40)) +
               ", and this program is " + own,
           "install one version everywhere, and restart the daemon there"});
  return out;
}

Findings judge_anchors(const std::vector<core::ChainHead>& heads,
                       const std::vector<std::string>& anchored) {
  Findings out;
  std::set<std::string> without;
  for (const auto& head : heads) {
    if (head.seq <= 0)
      out.push_back({"audit-broken", Severity::error, printable(head.chain, 63),
                     "this chain has events and no head: somebody removed it",
                     "jobflip audit verify"});
    if (head.seq > 0 && std::ranges::find(anchored, head.chain) == anchored.end())
      without.insert(head.chain);
  }
  if (!without.empty())
    out.push_back({"audit-anchor", Severity::warning, joined(without),
                   "no head that is kept outside the store was shown: a chain that was rewritten "
                   "whole would not be found out; a supervisor's journal has heads",
                   "journalctl -q -o cat MESSAGE_ID=" +
                       std::string{core::row_of(core::LogEventKind::anchor).message_id} +
                       " | jobflip doctor --anchors -"});
  return out;
}

}  // namespace jobflip::setup
