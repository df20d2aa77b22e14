#include <poll.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/back_off.hpp"
#include "store/connection.hpp"
#include "store/errors.hpp"
#include "store/migrations.hpp"

namespace jobflip::store {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

/// What is in force for the whole session. Given with the connection's start, so that it holds
/// again after every reconnect.
std::string session_options(Purpose purpose, const StoreSettings& settings) {
  const auto ms = std::to_string(settings.call_deadline.count());
  std::string options = "-c statement_timeout=" + ms + " -c jit=off -c timezone=UTC" +
                        " -c default_transaction_isolation=read\\ committed" +
                        " -c idle_in_transaction_session_timeout=10s";
  // planned once a session: our statements are by key, and what is rare is not planned five times
  if (purpose == Purpose::change) options += " -c plan_cache_mode=force_generic_plan";
  // a wait for a lock must not cost the session: perhaps no new one can log in (docs/attacks.md)
  if (purpose == Purpose::change)
    options += " -c lock_timeout=" + std::to_string(settings.call_deadline.count() / 2);
  if (purpose == Purpose::change && !settings.program.empty())
    options += " -c jobflip.program=" + settings.program;
  if (purpose == Purpose::probe)
    options += " -c default_transaction_read_only=on -c lock_timeout=500ms";
  return options;
}

Result<Options> options_of(const StoreSettings& settings, Purpose purpose) {
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
  if (purpose == Purpose::change || purpose == Purpose::migrate)
    add("target_session_attrs", "read-write");
  auto all = session_options(purpose, settings) + " " + given_session_options;
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
  return (name.empty() ? "the store" : name) +
         (port == nullptr || *port == '\0' ? "" : ", port " + printable(port, 10));
}

}  // namespace

std::optional<ConnectPace::Clock::time_point> ConnectPace::next_slot(Clock::time_point now,
                                                                     Clock::time_point latest) {
  const std::lock_guard lock{mutex_};
  const auto slot = std::max(now, free_at_);
  if (slot > latest) return std::nullopt;
  free_at_ = slot + gap_;
  return slot;
}

Result<std::string> session_conninfo(const StoreSettings& settings, Purpose purpose) {
  const auto options = options_of(settings, purpose);
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
  } else if (settings_.back_off_seed) {
    last_failure_ = opened.error().text;
    not_before_ = std::chrono::steady_clock::now() +
                  core::back_off(core::kConnections, ++failed_opens_, *settings_.back_off_seed);
  }
  return opened;
}

/// A connection that failed lately fails at once; for the sake of others it waits a moment.
Result<void> Connection::await_slot() {
  const auto now = std::chrono::steady_clock::now();
  if (failed_opens_ > 0 && now < not_before_)
    return Error{ErrorCode::store_unreachable, last_failure_ + " (tried again soon)",
                 "is the database up, and the address right?"};
  if (!settings_.pace) return {};
  const auto slot = settings_.pace->next_slot(now, deadline_);
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
  const auto options = options_of(settings_, purpose_);
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
  }
  if (PQstatus(connection_) != CONNECTION_OK) {
    auto error = error_of_connecting(PQerrorMessage(connection_));
    close();
    return error;
  }
  // a queue's database may be older: what runs there is the query of whoever configured it
  if (purpose_ != Purpose::probe) {
    if (auto fits = check_server_version(PQserverVersion(connection_)); !fits) {
      close();
      return fits;
    }
  }
  ++sessions_.value;
  PQsetErrorVerbosity(connection_, PQERRORS_DEFAULT);
  PQsetnonblocking(connection_, 1);
  PQsetNoticeReceiver(connection_, &Connection::on_notice, this);
  if (purpose_ == Purpose::change || purpose_ == Purpose::read) return check_schema();
  return {};
}

Result<void> Connection::check_schema() {
  const bool sent = PQsendQuery(connection_, "select jobflip.installed_version()") == 1;
  auto rows = collect("schema", finish("schema", sent));
  Result<void> verdict{};
  if (!rows) {
    verdict = rows.error();
  } else {
    const auto version = rows->front().row(0).number();
    verdict = check_schema_version(static_cast<int>(version), wanted_schema_version());
  }
  if (!verdict) close();  // asked again by the next call: a migration may have come in between
  return verdict;
}

}  // namespace jobflip::store
