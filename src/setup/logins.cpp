#include "jobflip/setup/logins.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/utf8.hpp"

namespace jobflip::setup {
namespace {

constexpr std::size_t kNameMax = 63;  // PostgreSQL truncates longer names

/// A worker that was killed keeps no lock for ever, and workers that run wild leave connections for
/// everybody else. A probe must not find other tables than those that its query names.
struct Purpose {
  LoginPurpose purpose;
  std::string_view group;
  int connection_limit{0};
  std::array<std::array<std::string_view, 2>, 2> settings{};
  bool connects_by_itself{false};  // jobflip's roles may connect, whatever PUBLIC may
};

constexpr std::array kPurposes{
    Purpose{LoginPurpose::agent, "jobflip_agent"},
    Purpose{LoginPurpose::supervisor, "jobflip_supervisor"},
    Purpose{LoginPurpose::person, "jobflip_operator"},
    Purpose{LoginPurpose::worker,
            "jobflip_worker",
            50,
            {{{"idle_in_transaction_session_timeout", "5s"},
              {"client_connection_check_interval", "500ms"}}}},
    Purpose{LoginPurpose::reader, "jobflip_reader"},
    Purpose{LoginPurpose::probe, "", 10, {{{"search_path", ""}}}, true},
};

const Purpose& rules_of(LoginPurpose purpose) {
  return *std::ranges::find(kPurposes, purpose, &Purpose::purpose);
}

std::string shown(std::string_view login) {
  return "\"" + printable(login, kNameMax) + "\"";
}

/// "" if PostgreSQL can have such a login, and may: some names are its own, or jobflip's.
std::string why_not_a_login(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kNameMax) return "is longer than 63 bytes: PostgreSQL would truncate it";
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  };
  if (std::ranges::any_of(name, is_control)) return "has a control character";
  if (!is_utf8(name)) return "is not UTF-8";
  if (name.starts_with("pg_")) return "begins with \"pg_\", which PostgreSQL keeps for itself";
  if (name.starts_with("jobflip_")) return "begins with \"jobflip_\", as jobflip's own roles do";
  if (name == "public" || name == "none") return "is a word of SQL for no role in particular";
  return "";
}

/// These names also name a folder, and are typed by people.
std::string why_not_a_folder(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '@';
  };
  const bool fine = std::ranges::all_of(name, fits) && name.front() != '.' && name.front() != '-';
  return fine ? ""
              : "may have letters, digits and \"_-.@\" only, and not begin with \".\" or \"-\"";
}

std::string_view option_of(LoginPurpose purpose) {
  switch (purpose) {
    case LoginPurpose::person:
      return "--operator";
    case LoginPurpose::worker:
      return "--worker";
    case LoginPurpose::reader:
      return "--reader";
    default:
      return "--probe";
  }
}

class Collector {
 public:
  void nodes(const std::vector<core::NodeSettings>& nodes, LoginPurpose purpose,
             std::string_view kind) {
    for (const auto& node : nodes)
      add({node.login, purpose, node.name.str()}, std::string{kind} + " " + node.name.str(),
          why_not_a_login(node.login));
  }
  void others(const std::vector<std::string>& names, LoginPurpose purpose) {
    for (const auto& name : names) {
      auto why = why_not_a_login(name);
      if (why.empty()) why = why_not_a_folder(name);
      add({name, purpose, name}, std::string{option_of(purpose)}, why);
    }
  }
  WantedLogins take() {
    if (found_.logins.size() > kLoginsMax)
      found_.faults = {{ErrorCode::usage,
                        std::to_string(found_.logins.size()) + " logins are more than " +
                            std::to_string(kLoginsMax),
                        "create the others by hand (docs/operations.md)"}};
    return std::move(found_);
  }

 private:
  void add(WantedLogin wanted, const std::string& whose, const std::string& why) {
    if (!why.empty()) {
      fault(whose + ": the login " + shown(wanted.login) + " " + why, "give it another name");
      return;
    }
    const auto [first, is_new] = seen_.emplace(wanted.login, whose);
    if (is_new)
      found_.logins.push_back(std::move(wanted));
    else if (first->second == whose)
      fault(whose + " names " + shown(wanted.login) + " twice", "leave it out once");
    else
      fault("the login " + shown(wanted.login) + " is wanted for " + whose + " and for " +
                first->second,
            "give each a login of its own: the store knows its callers by their logins");
  }
  void fault(std::string text, std::string hint) {
    found_.faults.push_back({ErrorCode::usage, std::move(text), std::move(hint)});
  }

  std::map<std::string, std::string> seen_;  // login -> whose
  WantedLogins found_;
};

struct Refusal {
  std::string why;
  std::string fix;
};

Refusal foreign_group(const LoginFacts& facts, LoginPurpose purpose) {
  for (const auto& group : facts.groups) {
    // an operator's role includes it
    const bool may_read = purpose == LoginPurpose::person && group == "jobflip_reader";
    if (group == group_of(purpose) || may_read) continue;
    if (group == "pg_database_owner") return {"it owns the database, or may become its owner", ""};
    return {"it is a member of " + group, "revoke " + group + " from " + sql_name(facts.login)};
  }
  for (const auto& group : facts.grants)
    return {"it may give " + group + " to others, and take it away",
            "revoke admin option for " + group + " from " + sql_name(facts.login)};
  return {};
}

Refusal refusal_of(const LoginFacts& facts, LoginPurpose purpose) {
  const auto alter = [&facts](std::string_view words) {
    return "alter role " + sql_name(facts.login) + " " + std::string{words};
  };
  // it may be the cluster's only one
  if (facts.superuser) return {"it is a superuser, or may become one", ""};
  if (facts.creates_roles)
    return {"it has CREATEROLE: it could give itself any role", alter("nocreaterole")};
  if (facts.replicates)
    return {"it has REPLICATION: it could copy all data", alter("noreplication")};
  // the query of a queue may need it (docs/configuration.md)
  if (facts.bypasses_rls && purpose != LoginPurpose::probe)
    return {"it has BYPASSRLS", alter("nobypassrls")};
  if (!facts.can_login) return {"it can't log in", alter("login")};
  return foreign_group(facts, purpose);
}

LoginStep whole_step(const WantedLogin& wanted) {
  const auto& rules = rules_of(wanted.purpose);
  LoginStep step{.login = wanted.login, .group = std::string{rules.group}};
  step.connection_limit = rules.connection_limit;
  step.grant_connect = rules.connects_by_itself;
  for (const auto& [name, value] : rules.settings)
    if (!name.empty()) step.settings.push_back({std::string{name}, std::string{value}});
  return step;
}

PlannedLogin plan_existing(const WantedLogin& wanted, const LoginFacts& facts) {
  PlannedLogin planned{.wanted = wanted};
  if (auto refusal = refusal_of(facts, wanted.purpose); !refusal.why.empty()) {
    planned.state = LoginState::wrong;
    planned.wrong = std::move(refusal.why);
    planned.fix = refusal.fix.empty() ? "name another login"
                                      : std::move(refusal.fix) + ", or name another login";
    return planned;
  }
  auto step = whole_step(wanted);
  const auto lacks = [&planned](const std::string& what) {
    planned.lacks += (planned.lacks.empty() ? "" : ", ") + what;
  };
  if (facts.groups.contains(step.group)) step.group.clear();
  if (!step.group.empty()) lacks(step.group);
  if (facts.connection_limit >= 0) step.connection_limit = 0;
  if (step.connection_limit > 0) lacks("a connection limit");
  std::erase_if(step.settings, [&](const auto& s) { return facts.settings.contains(s.name); });
  for (const auto& setting : step.settings) lacks(setting.name);
  if (facts.may_connect) step.grant_connect = false;
  if (step.grant_connect) lacks("CONNECT");
  planned.state = planned.lacks.empty() ? LoginState::there : LoginState::lacking;
  if (planned.state == LoginState::lacking) planned.step = std::move(step);
  return planned;
}

}  // namespace

std::string sql_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string{"\"\""} : std::string{c};
  return out + "\"";
}

std::string_view group_of(LoginPurpose purpose) {
  return rules_of(purpose).group;
}

WantedLogins wanted_logins(const core::Fleet& fleet, const OtherLogins& others) {
  Collector collector;
  collector.nodes(fleet.nodes, LoginPurpose::agent, "node");
  collector.nodes(fleet.supervisors, LoginPurpose::supervisor, "supervisor");
  collector.others(others.people, LoginPurpose::person);
  collector.others(others.workers, LoginPurpose::worker);
  collector.others(others.readers, LoginPurpose::reader);
  collector.others(others.probes, LoginPurpose::probe);
  return collector.take();
}

std::vector<PlannedLogin> plan_logins(const std::vector<WantedLogin>& wanted,
                                      const std::vector<LoginFacts>& existing) {
  std::map<std::string_view, const LoginFacts*> there;
  for (const auto& facts : existing) there.emplace(facts.login, &facts);
  std::vector<PlannedLogin> plan;
  for (const auto& one : wanted) {
    const auto found = there.find(one.login);
    if (found != there.end()) {
      plan.push_back(plan_existing(one, *found->second));
      continue;
    }
    PlannedLogin planned{.wanted = one, .state = LoginState::missing};
    planned.step = whole_step(one);
    planned.step.create = true;
    plan.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace jobflip::setup
