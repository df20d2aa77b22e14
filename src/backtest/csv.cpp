#include "jobflip/backtest/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/time_text.hpp"
#include "jobflip/core/sample_fields.hpp"

namespace jobflip::backtest {
namespace {

constexpr double kMostSeconds = 1e11;  // some 3,000 years
constexpr double kLastTime = 4e9;      // 2096: a clock of nanoseconds has room for it
constexpr std::string_view kTime = "time_s";
constexpr std::string_view kError = "error";

std::optional<double> number_of(const std::string& text) {
  double value{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> seconds_of(const std::string& text) {
  const auto value = number_of(text);
  if (!value || std::fabs(*value) > kMostSeconds) return std::nullopt;
  return value;
}

/// Cells between commas; quotes as in RFC 4180, but a cell may not contain a line break.
std::optional<std::vector<std::string>> split(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += c;
      ++i;
    } else if (c == '"' && (quoted || cells.back().empty())) {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return cells;
}

/// Puts one cell into a sample; false if it is not a value of that type. An empty one is NULL.
struct Put {
  core::QueueSample& sample;
  const std::string& text;

  bool operator()(std::int64_t core::QueueSample::*member) const {
    if (text.empty()) return true;
    const auto value = number_of(text);
    if (!value || *value < 0 || *value > 9e15 || std::trunc(*value) != *value) return false;
    sample.*member = static_cast<std::int64_t>(*value);
    return true;
  }
  bool operator()(std::optional<std::int64_t> core::QueueSample::*member) const {
    if (text.empty()) return true;
    const auto value = number_of(text);
    if (!value || std::fabs(*value) > 9e15 || std::trunc(*value) != *value) return false;
    sample.*member = static_cast<std::int64_t>(*value);
    return true;
  }
  bool operator()(std::optional<Millis> core::QueueSample::*member) const {
    if (text.empty()) return true;
    const auto value = seconds_of(text);
    if (!value || *value < -5 || *value * 1000 > static_cast<double>(kLengthMax.count()))
      return false;
    sample.*member = Millis{std::llround(std::max(*value, 0.0) * 1000)};
    return true;
  }
  bool operator()(std::optional<WallTime> core::QueueSample::*member) const {
    if (text.empty()) return true;
    if (const auto at = parse_utc_time(text)) {
      sample.*member = at;
      return true;
    }
    const auto value = seconds_of(text);
    if (value) sample.*member = WallTime{Micros{std::llround(*value * 1e6)}};
    return value.has_value();
  }
  bool operator()(std::optional<bool> core::QueueSample::*member) const {
    if (text.empty()) return true;
    const bool yes = text == "t" || text == "true" || text == "yes" || text == "1";
    const bool no = text == "f" || text == "false" || text == "no" || text == "0";
    if (yes || no) sample.*member = yes;
    return yes || no;
  }
  bool operator()(std::optional<std::string> core::QueueSample::*member) const {
    if (!text.empty()) sample.*member = printable(text, 200);
    return true;
  }
};

/// What each type of column may have.
struct Accepted {
  std::string_view operator()(std::int64_t core::QueueSample::*) const {
    return "write a whole number of 0 or more";
  }
  std::string_view operator()(std::optional<std::int64_t> core::QueueSample::*) const {
    return "write a whole number, or nothing for NULL";
  }
  std::string_view operator()(std::optional<Millis> core::QueueSample::*) const {
    return "write seconds, such as 12.5, or nothing for NULL";
  }
  std::string_view operator()(std::optional<WallTime> core::QueueSample::*) const {
    return "write a time in UTC, such as 2026-11-27 22:00:00+00 or 2026-11-27T22:00:00Z, or the "
           "seconds since 1970, or nothing for NULL";
  }
  std::string_view operator()(std::optional<bool> core::QueueSample::*) const {
    return "write true, t, yes or 1, or false, f, no or 0, or nothing for NULL";
  }
  std::string_view operator()(std::optional<std::string> core::QueueSample::*) const { return ""; }
};

const core::SampleField* field_of(std::string_view column) {
  for (const auto& field : core::sample_fields())
    if (core::column_of(field) == column) return &field;
  return nullptr;
}

}  // namespace

CsvReadings::CsvReadings(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

Error CsvReadings::error(std::string_view column, std::string_view value, std::string_view what,
                         std::string_view hint) const {
  std::string text = printable(name_, 200) + ":" + std::to_string(line_) + ": ";
  if (!column.empty())
    text += "column " + printable(column, 60) + ": \"" + printable(value, 60) + "\" ";
  return {ErrorCode::config, text + std::string{what}, std::string{hint}};
}

Result<bool> CsvReadings::read_line() {
  std::string line;
  for (;;) {
    const int next = in_.get();
    if (next == std::istream::traits_type::eof()) {
      if (line.empty()) return false;
      break;
    }
    if (next == '\n') break;
    line += static_cast<char>(next);
    if (line.size() > kCsvLineMax) {
      ++line_;
      return error("", "", "the line is longer than 64 KiB",
                   "is it CSV, with one line for each reading?");
    }
  }
  ++line_;
  if (line.ends_with('\r')) line.pop_back();
  auto cells = split(line);
  if (!cells) return error("", "", "a quote is not closed", "a cell may not contain a line break");
  cells_ = std::move(*cells);
  return true;
}

Result<void> CsvReadings::read_header() {
  const auto more = read_line();
  if (!more) return more.error();
  if (!*more) return error("", "", "the file is empty", "the first line must name the columns");
  columns_ = cells_;
  if (!columns_.empty() && columns_[0].starts_with("\xEF\xBB\xBF")) columns_[0].erase(0, 3);
  for (const auto& column : columns_) {
    if (std::ranges::count(columns_, column) > 1)
      return error(column, column, "is there twice", "leave one of them out");
    if (column == kTime || column == kError || column == "queue" || field_of(column)) continue;
    return error(column, column, "is not a column of the probe row",
                 "docs/configuration.md has the probe row; beside it: time_s and error");
  }
  if (std::ranges::count(columns_, kTime) == 0)
    return error("", "", "there is no column time_s", "add the time of each reading, in seconds");
  return {};
}

Result<Reading> CsvReadings::reading() {
  if (cells_.size() != columns_.size())
    return error("", "",
                 "the line has " + std::to_string(cells_.size()) +
                     " cells, but the first line has " + std::to_string(columns_.size()),
                 "write an empty cell for NULL");
  Reading out;
  core::QueueSample sample;
  std::string failure;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    const auto& cell = cells_[i];
    if (column == kTime) {
      const auto seconds = seconds_of(cell);
      if (!seconds) return error(column, cell, "is not a number of seconds", "write it as 12.5");
      if (std::fabs(*seconds) > kLastTime)
        return error(column, cell, "is more than 4000000000 seconds",
                     "is it in milliseconds? It must be in seconds");
      out.at = Millis{std::llround(*seconds * 1000)};
      out.wall = WallTime{out.at};
    } else if (column == kError) {
      failure = cell;
    } else if (const auto* field = field_of(column)) {
      if (!std::visit(Put{sample, cell}, field->member))
        return error(column, cell, "is not a value of that column",
                     std::visit(Accepted{}, field->member));
    }
  }
  if (last_ && out.at < *last_)
    return error(kTime, std::to_string(out.at.count() / 1000), "goes back", "sort by time_s");
  last_ = out.at;
  if (failure.empty())
    out.sample = std::move(sample);
  else
    out.sample = Error{ErrorCode::database_failed, failure, ""};
  return out;
}

Result<std::optional<Reading>> CsvReadings::next() {
  if (columns_.empty())
    if (const auto header = read_header(); !header) return header.error();
  for (;;) {
    const auto more = read_line();
    if (!more) return more.error();
    if (!*more) return std::optional<Reading>{};
    if (cells_.size() == 1 && cells_[0].empty()) continue;  // an empty line
    auto one = reading();
    if (!one) return one.error();
    return std::optional{std::move(*one)};
  }
}

}  // namespace jobflip::backtest
