#include "probe/probe_row.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/time_text.hpp"
#include "jobflip/core/sample_fields.hpp"
#include "jobflip/pg/cells.hpp"
#include "probe/joined.hpp"

namespace jobflip::probe {
namespace {

using Row = std::vector<std::optional<std::string>>;

constexpr double kAgeMax = std::chrono::duration<double>{kLengthMax}.count();
constexpr double kClocksApart =
    5;  // seconds: an application's clock may be ahead of the database's
constexpr std::size_t kTextMax = 200;
constexpr int kYearMax = 2199;  // later ones stand for "never", and no completion is after them

/// Reads the columns of one row by name; keeps the first error.
class RowReader {
 public:
  RowReader(const ProbeAnswer& answer, const Row& row, const QueueName& queue)
      : answer_(answer), row_(row), queue_(queue) {}

  const std::optional<std::string>& cell(std::string_view column) const {
    static const std::optional<std::string> nothing;
    const auto found = std::find(answer_.columns.begin(), answer_.columns.end(), column);
    if (found == answer_.columns.end()) return nothing;
    return row_[static_cast<std::size_t>(found - answer_.columns.begin())];
  }

  std::optional<std::int64_t> maybe_count(std::string_view column) {
    const auto& text = cell(column);
    if (!text) return std::nullopt;
    std::int64_t value{};
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error == std::errc::result_out_of_range && end == text->data() + text->size())
      fail(column, *text, "does not fit into a bigint", "is it a count of jobs?");
    else if (error != std::errc{} || end != text->data() + text->size())
      fail(column, *text, "is not a whole number", "cast it: count(*)::bigint");
    return value;
  }

  std::int64_t count(std::string_view column) {
    const auto value = maybe_count(column);
    if (!value) fail(column, std::nullopt, "must be a number", "use coalesce(..., 0)");
    if (value.value_or(0) < 0)
      fail(column, std::to_string(*value), "is negative", "a count is 0 or more");
    return value.value_or(0);
  }

  std::optional<Millis> maybe_age(std::string_view column) {
    const auto& text = cell(column);
    if (!text) return std::nullopt;
    double seconds{};
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error != std::errc{} || end != text->data() + text->size() || !std::isfinite(seconds))
      fail(column, *text, "is not a number of seconds", "use extract(epoch from now() - due_at)");
    else if (seconds < -kClocksApart)
      fail(column, *text, "is negative", hint_of_negative(column));
    else if (seconds > kAgeMax)
      fail(column, *text, "is more than 100 years", "is it in milliseconds? It must be in seconds");
    if (error_) return std::nullopt;
    return Millis{std::llround(std::max(seconds, 0.0) * 1000)};
  }

  std::optional<bool> maybe_flag(std::string_view column) {
    const auto& text = cell(column);
    if (!text) return std::nullopt;
    if (*text != "t" && *text != "f")
      fail(column, *text, "is not a boolean", "cast it: paused::boolean");
    return *text == "t";
  }

  std::optional<WallTime> maybe_time(std::string_view column) {
    const auto& text = cell(column);
    if (!text) return std::nullopt;
    const auto time = parse_utc_time(*text);
    if (is_after_years(*text))
      fail(column, *text, "is after " + std::to_string(kYearMax),
           "return NULL if no job was completed yet");
    else if (!time)
      fail(column, *text, "is not a time", "use a timestamp or timestamptz column");
    return time;
  }

  void read(std::string_view column, std::int64_t& out) { out = count(column); }
  void read(std::string_view column, std::optional<std::int64_t>& out) {
    out = maybe_count(column);
  }
  void read(std::string_view column, std::optional<Millis>& out) { out = maybe_age(column); }
  void read(std::string_view column, std::optional<WallTime>& out) { out = maybe_time(column); }
  void read(std::string_view column, std::optional<bool>& out) { out = maybe_flag(column); }
  /// It only has to differ if jobs differ, so any bytes are accepted and made printable.
  void read(std::string_view column, std::optional<std::string>& out) {
    if (const auto& text = cell(column)) out = printable(*text, kTextMax);
  }

  void fail(std::string_view column, std::optional<std::string_view> value, std::string_view what,
            std::string_view fix) {
    if (error_) return;
    const auto shown = value ? "\"" + printable(*value, 100) + "\"" : std::string{"NULL"};
    error_ = Error{ErrorCode::probe_failed,
                   "queue " + queue_.str() + ": column " + std::string{column} + ": " + shown +
                       " " + std::string{what},
                   std::string{fix}};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  static std::string hint_of_negative(std::string_view column) {
    const std::string clocks =
        "is the clock of the application ahead of the database's, or is a time without a zone "
        "not in UTC?";
    if (column == "oldest_runnable_s")
      return "a job that is not due yet is not runnable: leave it out; if there is none, " + clocks;
    if (column == "expected_next_s") return "a job that is due is runnable, and not the next one";
    return clocks;
  }

  /// "2300-01-01", "infinity", "294276-12-31 ...": whatever follows, no job was completed then.
  static bool is_after_years(std::string_view text) {
    int year{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
    const bool is_date = error == std::errc{} && end != text.data() + text.size() && *end == '-';
    return text == "infinity" || (is_date && year > kYearMax);
  }

  const ProbeAnswer& answer_;
  const Row& row_;
  const QueueName& queue_;
  std::optional<Error> error_;
};

Error probe_error(const QueueName& queue, const std::string& text, std::string hint) {
  return {ErrorCode::probe_failed, "queue " + queue.str() + ": " + text, std::move(hint)};
}

/// All that is wrong at once: each look costs a person a run.
std::optional<Error> check_columns(const ProbeAnswer& answer, const QueueName& queue) {
  std::vector<std::string> known{"queue"}, wanted{"queue"}, missing, doubled, unknown;
  for (const auto& field : core::sample_fields()) {
    known.push_back(core::column_of(field));
    if (field.column == core::Column::wanted) wanted.push_back(known.back());
  }
  for (const auto& column : known) {
    const auto count = std::ranges::count(answer.columns, column);
    if (count > 1) doubled.push_back(column);
    if (count == 0 && std::ranges::count(wanted, column) > 0) missing.push_back(column);
  }
  for (const auto& column : answer.columns)
    if (std::ranges::count(known, column) == 0)
      unknown.push_back("\"" + printable(column, 100) + "\"");
  std::string text;
  const auto add = [&text](std::string_view what, const std::vector<std::string>& names) {
    if (names.empty()) return;
    text += (text.empty() ? "" : "; ") + std::string{what} + (names.size() > 1 ? "s " : " ") +
            printable(joined(names), 600);
  };
  add("no column", missing);
  add("twice the column", doubled);
  add("the unknown column", unknown);
  if (text.empty()) return std::nullopt;
  return probe_error(queue, "the query returns " + text,
                     unknown.empty() ? "the probe row is described in docs/configuration.md"
                                     : "leave out what is unknown, or name it as the probe row in "
                                       "docs/configuration.md does");
}

/// "rows found: letters, reports"
std::string rows_found(const ProbeAnswer& answer) {
  constexpr std::size_t kMostNames = 10;
  if (answer.rows.empty()) return "it found no rows at all";
  std::string text = "rows found: ";
  for (std::size_t i = 0; i < answer.rows.size() && i < kMostNames; ++i) {
    const auto& name = RowReader{answer, answer.rows[i], QueueName{}}.cell("queue");
    text += (i == 0 ? "" : ", ") + printable(name.value_or("NULL"), 63);
  }
  const auto more = answer.rows.size() - std::min(answer.rows.size(), kMostNames);
  return more > 0 ? text + " and " + std::to_string(more) + " more" : text;
}

}  // namespace

Result<core::QueueSample> read_probe(const ProbeAnswer& answer, const QueueName& queue) {
  if (auto error = check_columns(answer, queue)) return *error;
  if (answer.rows.size() > kProbeRowLimit)
    return probe_error(queue,
                       "the query returns more than " + std::to_string(kProbeRowLimit) + " rows",
                       "it must return one row for each queue, not one for each job");
  const Row* mine = nullptr;
  for (const auto& row : answer.rows) {
    const RowReader reader{answer, row, queue};
    const auto& name = reader.cell("queue");
    if (!name)
      return probe_error(queue, "column queue: NULL must be a name", "return the queue's name");
    if (*name != queue.str()) continue;
    if (mine != nullptr)
      return probe_error(queue, "the query returns two rows for it", "group by the queue");
    mine = &row;
  }
  if (mine == nullptr)
    return probe_error(
        queue, "the query returns no row for it; " + rows_found(answer),
        "return a row of zeros for an empty queue: \"no rows\" does not mean \"idle\"");
  RowReader in{answer, *mine, queue};
  core::QueueSample sample;
  sample.queue = queue;
  for (const auto& field : core::sample_fields())
    std::visit([&](auto member) { in.read(core::column_of(field), sample.*member); }, field.member);
  if (in.error()) return *in.error();
  return sample;
}

}  // namespace jobflip::probe
