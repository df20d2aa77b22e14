#include "jobflip/pg/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "pg/row_collector.hpp"

namespace jobflip::pg {
namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text != nullptr ? text : "";
}

ServerWords words_of(const PGresult* result) {
  ServerWords words{field(result, PG_DIAG_SQLSTATE), field(result, PG_DIAG_MESSAGE_PRIMARY),
                    field(result, PG_DIAG_MESSAGE_DETAIL), field(result, PG_DIAG_MESSAGE_HINT)};
  if (words.message.empty()) words.message = PQresultErrorMessage(result);
  return words;
}

bool is_error(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

}  // namespace

Rows::Rows(pg_result* result) : result_(result, &PQclear) {}

int Rows::size() const noexcept {
  return PQntuples(result_.get());
}

int Rows::changed() const noexcept {
  return std::atoi(PQcmdTuples(result_.get()));
}

bool Rows::of_a_query() const noexcept {
  return PQresultStatus(result_.get()) == PGRES_TUPLES_OK;
}

Cells Rows::row(int index) const {
  std::vector<std::optional<std::string_view>> cells;
  const int columns = PQnfields(result_.get());
  cells.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) cells.push_back(cell(index, column));
  return Cells{std::move(cells)};
}

std::optional<std::string_view> Rows::cell(int row, int column) const {
  if (PQgetisnull(result_.get(), row, column) != 0) return std::nullopt;
  return std::string_view{PQgetvalue(result_.get(), row, column),
                          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::vector<std::string> Rows::columns() const {
  std::vector<std::string> names;
  for (int column = 0; column < PQnfields(result_.get()); ++column)
    names.emplace_back(PQfname(result_.get(), column));
  return names;
}

Connection::Connection(Settings settings, SessionRules rules)
    : settings_(std::move(settings)), rules_(std::move(rules)) {
  cancel_event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  JF_CHECK(cancel_event_ >= 0);
}

Connection::~Connection() {
  close();
  ::close(cancel_event_);
}

void Connection::close() noexcept {
  if (connection_ != nullptr) PQfinish(connection_);
  connection_ = nullptr;
  prepared_.clear();
}

void Connection::cancel() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(cancel_event_, &one, sizeof one);
}

std::optional<SessionNumber> Connection::session() const noexcept {
  if (connection_ == nullptr) return std::nullopt;
  return sessions_;
}

int Connection::descriptor() const noexcept {
  return connection_ != nullptr ? PQsocket(connection_) : -1;
}

void Connection::begin_call() noexcept {
  std::uint64_t count{};  // a cut that came too late for the call before is not for this one
  [[maybe_unused]] const auto got = ::read(cancel_event_, &count, sizeof count);
  deadline_ = std::chrono::steady_clock::now() + settings_.call_deadline;
  warning_.clear();
  received_before_ = received();
  rows_were_long_ = false;
}

Connection::Wait Connection::wait_for(short events) noexcept {
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(deadline_ - std::chrono::steady_clock::now());
    if (left <= Millis{0}) return Wait::timed_out;
    pollfd fds[2] = {{PQsocket(connection_), events, 0}, {cancel_event_, POLLIN, 0}};
    const int ready =
        ::poll(fds, 2, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready < 0 && errno != EINTR) return Wait::timed_out;
    if (ready <= 0) continue;
    if (fds[1].revents != 0) return Wait::was_cancelled;
    return Wait::ready;
  }
}

Error Connection::ended(std::string_view what, Wait why) {
  if (PQstatus(connection_) == CONNECTION_OK) unanswered_ = PQbackendPID(connection_);
  close();
  if (why == Wait::was_cancelled)
    return {ErrorCode::store_timeout, std::string{what} + ": the call was cut", ""};
  return {ErrorCode::store_timeout,
          std::string{what} + ": no answer within " + short_duration(settings_.call_deadline),
          "it may wait for a lock, for its disk, or for a synchronous standby that is away: see "
          "wait_event in pg_stat_activity"};
}

Error Connection::broken(std::string_view what) {
  auto text = printable(in_one_line(PQerrorMessage(connection_)));
  close();
  return {ErrorCode::store_unreachable, std::string{what} + ": the connection broke: " + text,
          "the next call connects again"};
}

void Connection::on_notice(void* self, const PGresult* notice) {
  if (field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING")
    static_cast<Connection*>(self)->warning_ = field(notice, PG_DIAG_MESSAGE_PRIMARY);
}

Result<void> Connection::connect() {
  begin_call();
  return ensure("connect");
}

Result<void> Connection::ensure(std::string_view what) {
  if (connection_ != nullptr) {
    if (PQstatus(connection_) == CONNECTION_OK) return {};
    return broken(what);
  }
  return open();
}

bool Connection::send(const char* sql, const Parameters& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  return PQsendQueryParams(connection_, sql, static_cast<int>(values.size()), nullptr,
                           values.data(), nullptr, nullptr, 0) == 1;
}

Result<void> Connection::flush(std::string_view what, bool sent) {
  if (!sent) return broken(what);
  for (int left = PQflush(connection_); left != 0; left = PQflush(connection_)) {
    if (left < 0) return broken(what);
    const auto wait = wait_for(POLLOUT | POLLIN);
    if (wait != Wait::ready) return ended(what, wait);
    if (PQconsumeInput(connection_) == 0) return broken(what);
  }
  return {};
}

Result<std::vector<PGresult*>> Connection::finish(std::string_view what, bool sent) {
  if (auto flushed = flush(what, sent); !flushed) return flushed.error();
  if (rules_.most_bytes > 0) PQsetSingleRowMode(connection_);
  std::vector<PGresult*> results;
  RowCollector rows{rules_.most_bytes};
  const auto give_up = [&results](Error error) {
    for (auto* result : results) PQclear(result);
    return error;
  };
  for (;;) {
    if (auto error = await_result(what)) return give_up(std::move(*error));
    auto* result = PQgetResult(connection_);
    if (result == nullptr) break;
    if (auto error = check_result(what, result, static_cast<int>(results.size()))) {
      PQclear(result);
      return give_up(std::move(*error));
    }
    if (auto* whole = rows.take(result)) results.push_back(whole);
    if (rows.is_too_large()) return give_up(too_much(what));
  }
  rows_were_long_ = rows_were_long_ || rows.are_long();
  return results;
}

Result<std::vector<Rows>> Connection::collect(std::string_view what,
                                              Result<std::vector<PGresult*>> results) {
  if (!results) return results.error();
  std::vector<Rows> all;
  std::optional<Error> error;
  for (auto* result : *results) {
    Rows rows{result};  // owns it
    if (is_error(result) && !error)
      error = error_of_statement(what, words_of(result), rules_.meanings);
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) all.push_back(std::move(rows));
  }
  if (connection_ != nullptr && PQstatus(connection_) != CONNECTION_OK) close();
  if (error) return *error;
  if (!warning_.empty() && rules_.warnings_refuse)
    return Error{
        ErrorCode::store_failed,
        std::string{what} + ": not granted, since the server warned: " + printable(warning_),
        "see the database's log"};
  return all;
}

Result<Rows> Connection::first_of(std::string_view what, Result<std::vector<PGresult*>> results) {
  auto rows = collect(what, std::move(results));
  if (!rows) return rows.error();
  if (rows->empty())
    return Error{ErrorCode::store_failed, std::string{what} + ": the server answered nothing", ""};
  return std::move(rows->front());
}

Result<Rows> Connection::query(std::string_view what, const char* sql,
                               const Parameters& parameters) {
  begin_call();
  if (auto ready = ensure(what); !ready) return ready.error();
  auto rows = first_of(what, finish(what, send(sql, parameters)));
  close_if_much_came();
  return rows;
}

Result<Rows> Connection::prepared(std::string_view what, const char* name, const char* sql,
                                  const Parameters& parameters) {
  if (!can_prepare_) return query(what, sql, parameters);
  begin_call();
  if (auto ready = ensure(what); !ready) return ready.error();
  if (std::find(prepared_.begin(), prepared_.end(), name) == prepared_.end()) {
    const bool sent =
        PQsendPrepare(connection_, name, sql, static_cast<int>(parameters.size()), nullptr) == 1;
    if (auto done = collect(what, finish(what, sent)); !done) return done.error();
    prepared_.emplace_back(name);
  }
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  const bool sent = PQsendQueryPrepared(connection_, name, static_cast<int>(values.size()),
                                        values.data(), nullptr, nullptr, 0) == 1;
  auto results = finish(what, sent);
  if (!results) return results.error();
  std::vector<Rows> owned;
  for (auto* result : *results) owned.emplace_back(result);
  if (results->empty())
    return Error{ErrorCode::store_failed, std::string{what} + ": the server answered nothing", ""};
  auto* first = results->front();
  if (is_error(first)) {
    const auto words = words_of(first);
    if (PQstatus(connection_) != CONNECTION_OK) close();
    if (words.sqlstate == "26000" || words.sqlstate == "42P05") {
      can_prepare_ = false;  // a pooler gave us another session: not prepared there
      return query(what, sql, parameters);
    }
    return error_of_statement(what, words, rules_.meanings);
  }
  if (!warning_.empty() && rules_.warnings_refuse)
    return Error{
        ErrorCode::store_failed,
        std::string{what} + ": not granted, since the server warned: " + printable(warning_),
        "see the database's log"};
  return std::move(owned.front());
}

Result<std::vector<Rows>> Connection::batch(std::string_view what, const char* sql) {
  begin_call();
  if (auto ready = ensure(what); !ready) return ready.error();
  auto answers = collect(what, finish(what, PQsendQuery(connection_, sql) == 1));
  if (answers) std::erase_if(*answers, [](const Rows& rows) { return !rows.of_a_query(); });
  return answers;
}

}  // namespace jobflip::pg
