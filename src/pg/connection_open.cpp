#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::pg {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

/// What is in force for the whole session. Given with the connection's start, so that it holds
/// again after every reconnect.
std::string session_options(const Settings& settings, const SessionRules& rules) {
  const auto ms = std::to_string(settings.call_deadline.count());
  std::string options = "-c statement_timeout=" + ms + " -c jit=off -c timezone=UTC" +
                        " -c default_transaction_isolation=read\\ committed" +
                        " -c idle_in_transaction_session_timeout=10s";
  if (!rules.options.empty()) options += " " + rules.options;
  return options;
}

Result<Options> options_of(const Settings& settings, const SessionRules& rules) {
  char* why = nullptr;
  auto* parsed = PQconninfoParse(settings.conninfo.c_str(), &why);
  if (parsed == nullptr) {
    std::string_view said{why != nullptr ? why : "out of memory"};
    said = said.substr(0, said.find('\n'));
    Error error{ErrorCode::config, "connection string: " + printable(said),
                "write it as libpq wants it, such as \"service=jobflip\""};
    PQfreemem(why);
    return error;
  }
  Options options;
  std::string given_session_options;
  for (auto* option = parsed; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view{option->keyword} == "options")
      given_session_options = option->val;
    else
      options.emplace_back(option->keyword, option->val);
  }
  PQconninfoFree(parsed);
  const auto add = [&options](std::string_view key, std::string value) {
    const auto same = [key](const auto& option) { return option.first == key; };
    if (std::none_of(options.begin(), options.end(), same))
      options.emplace_back(key, std::move(value));
  };
  const auto user_timeout = std::max<std::int64_t>(settings.call_deadline.count() / 2, 500);
  add("connect_timeout", "2");
  add("tcp_user_timeout", std::to_string(user_timeout));  // leaves time for a second host
  add("keepalives_idle", "2");
  add("keepalives_interval", "1");
  add("keepalives_count", "3");
  add("application_name", settings.application_name);
  add("client_encoding", "UTF8");
  if (rules.read_write) add("target_session_attrs", "read-write");
  auto all = session_options(settings, rules) + " " + given_session_options;
  if (rules.only_catalog) all += " -c search_path=pg_catalog,pg_temp";  // the last one counts
  // PgBouncer from 1.20 on refuses a connection whose options end in a blank
  while (all.ends_with(' ')) all.pop_back();
  options.emplace_back("options", std::move(all));
  return options;
}

std::string in_quotes(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// Where libpq tries to connect to: "host db1, port 5432", or the folder of a socket.
std::string address_of(const PGconn* connection) {
  const char* host = PQhost(connection);
  const char* port = PQport(connection);
  const std::string name = host == nullptr ? "" : printable(host, 200);
  return (name.empty() ? "the server" : name) +
         (port == nullptr || *port == '\0' ? "" : ", port " + printable(port, 10));
}

}  // namespace

Result<std::string> session_conninfo(const Settings& settings, const SessionRules& rules) {
  const auto options = options_of(settings, rules);
  if (!options) return options.error();
  std::string conninfo;
  for (const auto& [key, value] : *options) conninfo += key + "=" + in_quotes(value) + " ";
  return conninfo;
}

Result<void> Connection::open() {
  if (auto free = await_slot(); !free) return free;
  auto opened = open_now();
  if (opened) {
    failed_opens_ = 0;
  } else if (settings_.back_off) {
    last_failure_ = opened.error().text;
    not_before_ = std::chrono::steady_clock::now() + settings_.back_off(++failed_opens_);
  }
  return opened;
}

/// A connection that failed lately fails at once; for the sake of others it waits a moment. One
/// that may fail again does not wait for a slot: it would keep others waiting.
Result<void> Connection::await_slot() {
  const auto now = std::chrono::steady_clock::now();
  const auto tried_again_soon = [this] {
    return Error{ErrorCode::store_unreachable, last_failure_ + " (tried again soon)",
                 "is the database up, and the address right?"};
  };
  if (failed_opens_ > 0 && now < not_before_) return tried_again_soon();
  if (!settings_.pace) return {};
  const auto slot = settings_.pace->next_slot(now, failed_opens_ > 0 ? now : deadline_);
  if (!slot && failed_opens_ > 0) return tried_again_soon();
  if (!slot)
    return Error{ErrorCode::store_unreachable, "connect: other connections are being made first",
                 "the next call tries again"};
  for (auto at = now; at < *slot; at = std::chrono::steady_clock::now()) {
    pollfd cut{cancel_event_, POLLIN, 0};
    const auto left = std::chrono::ceil<Millis>(*slot - at);
    if (::poll(&cut, 1, static_cast<int>(left.count())) > 0)
      return ended("connect", Wait::was_cancelled);
  }
  return {};
}

Result<void> Connection::open_now() {
  const auto options = options_of(settings_, rules_);
  if (!options) return options.error();
  std::vector<const char*> keys, values;
  for (const auto& [key, value] : *options) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = PQconnectStartParams(keys.data(), values.data(), 0);
  if (connection_ == nullptr)
    return Error{ErrorCode::store_unreachable, "connect: out of memory", ""};
  // only so does the text of a refusal carry its SQLSTATE, in whatever language it is written
  PQsetErrorVerbosity(connection_, PQERRORS_VERBOSE);
  auto next = PGRES_POLLING_WRITING;
  while (PQstatus(connection_) != CONNECTION_BAD && next != PGRES_POLLING_OK &&
         next != PGRES_POLLING_FAILED) {
    const auto wait =
        wait_for(static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT));
    if (wait != Wait::ready) {
      const auto where = address_of(connection_);
      auto error = ended("connect", wait);
      if (wait == Wait::timed_out) error = error_of_silence(where, settings_.call_deadline);
      return error;
    }
    next = PQconnectPoll(connection_);
    if (has_sent_too_much()) return too_much("connect");
  }
  if (PQstatus(connection_) != CONNECTION_OK) {
    auto error = error_of_connecting(PQerrorMessage(connection_), rules_.meanings);
    close();
    return error;
  }
  if (rules_.check_server) {
    if (auto fits = rules_.check_server(PQserverVersion(connection_)); !fits) {
      close();
      return fits;
    }
  }
  ++sessions_.value;
  PQsetErrorVerbosity(connection_, PQERRORS_DEFAULT);
  PQsetnonblocking(connection_, 1);
  PQsetNoticeReceiver(connection_, &Connection::on_notice, this);
  if (rules_.first_query) return ask_first_query();
  return {};
}

Result<void> Connection::ask_first_query() {
  const FirstQuery& query = *rules_.first_query;
  const bool sent = PQsendQuery(connection_, query.sql) == 1;
  auto rows = first_of(query.what, finish(query.what, sent));
  Result<void> verdict{};
  if (!rows) {
    verdict = rows.error();
  } else if (rows->size() == 0) {
    verdict = Error{ErrorCode::store_failed,
                    std::string{query.what} + ": the server answered with no row", ""};
  } else {
    verdict = query.judge(rows->row(0));
  }
  if (!verdict) close();  // asked again by the next call: what is wrong may have been put right
  return verdict;
}

}  // namespace jobflip::pg
