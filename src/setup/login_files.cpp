// Where the passwords of new logins go: libpq's password files, and the line of pg_hba.conf.

#include <algorithm>

#include "jobflip/setup/logins.hpp"

namespace jobflip::setup {
namespace {

/// In a password file a backslash and a colon are escaped; nothing else is.
std::string escaped_field(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

bool is_new(const PlannedLogin& planned) {
  return planned.state == LoginState::missing;
}

PasswordFile file_of(const WantedLogin& wanted) {
  switch (wanted.purpose) {
    case LoginPurpose::agent:
      return {wanted.owner + "/agent.pgpass",
              wanted.owner + ": /etc/jobflip/agent.pgpass, owner jobflip",
              {wanted.login}};
    case LoginPurpose::supervisor:
      return {wanted.owner + "/supervisor.pgpass",
              wanted.owner + ": /etc/jobflip/supervisor.pgpass, owner jobflip-supervisor",
              {wanted.login}};
    case LoginPurpose::person:
      return {wanted.owner + "/pgpass", "~/.pgpass of " + wanted.owner, {wanted.login}};
    case LoginPurpose::worker:
      return {wanted.owner + "/pgpass",
              "~/.pgpass of the user whose workers log in as " + wanted.owner,
              {wanted.login}};
    case LoginPurpose::reader:
      return {wanted.owner + "/pgpass",
              "~/.pgpass of the user that looks as " + wanted.owner,
              {wanted.login}};
    case LoginPurpose::probe:
      return {wanted.owner + "/pgpass",
              "add its line to the supervisor.pgpass of the supervisors that were there",
              {wanted.login}};
  }
  return {};
}

/// As pg_hba.conf has a name: in quotes no word has a special meaning.
std::string hba_name(std::string_view name) {
  const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  const bool is_word = name == "all" || name == "sameuser" || name == "samerole" ||
                       name == "samegroup" || name == "replication";
  return plain && !is_word ? std::string{name} : sql_name(name);
}

}  // namespace

std::vector<PasswordFile> password_files(const std::vector<PlannedLogin>& plan) {
  std::vector<std::string> new_probes;
  bool any_new = false;
  bool any_existing = false;
  for (const auto& one : plan) {
    if (one.wanted.purpose == LoginPurpose::probe && is_new(one))
      new_probes.push_back(one.wanted.login);
    if (one.wanted.purpose != LoginPurpose::supervisor) continue;
    if (is_new(one))
      any_new = true;
    else
      any_existing = true;
  }
  const bool only_new_supervisors = any_new && !any_existing;
  std::vector<PasswordFile> files;
  for (const auto& one : plan) {
    const bool is_probe = one.wanted.purpose == LoginPurpose::probe;
    if (!is_new(one) || (is_probe && only_new_supervisors)) continue;
    files.push_back(file_of(one.wanted));
    if (one.wanted.purpose == LoginPurpose::supervisor)
      files.back().logins.insert(files.back().logins.end(), new_probes.begin(), new_probes.end());
  }
  return files;
}

std::string password_lines(const std::vector<ServerAddress>& addresses, std::string_view login,
                           std::string_view password) {
  std::string out;
  for (const auto& [host, port] : addresses)
    out += escaped_field(host) + ":" + escaped_field(port) + ":*:" + escaped_field(login) + ":" +
           escaped_field(password) + "\n";
  return out;
}

std::string hba_line(std::string_view database, const std::vector<WantedLogin>& logins,
                     bool by_certificate) {
  std::string names;
  for (const auto purpose : {LoginPurpose::agent, LoginPurpose::supervisor, LoginPurpose::person,
                             LoginPurpose::worker, LoginPurpose::reader}) {
    const auto wants = [purpose](const WantedLogin& one) { return one.purpose == purpose; };
    if (std::ranges::any_of(logins, wants))
      names += (names.empty() ? "+" : ",+") + std::string{group_of(purpose)};
  }
  for (const auto& one : logins)
    if (one.purpose == LoginPurpose::probe)
      names += (names.empty() ? "" : ",") + hba_name(one.login);
  return std::string{by_certificate ? "hostssl " : "host "} + hba_name(database) + " " + names +
         " samenet " + (by_certificate ? "cert" : "scram-sha-256");
}

}  // namespace jobflip::setup
