// The tables of docs/configuration.md are core's descriptions of settings and samples: name,
// default, limits and text.

#include <gtest/gtest.h>

#include <set>

#include "jobflip/core/sample_fields.hpp"
#include "jobflip/core/settings_fields.hpp"
#include "pages.hpp"

namespace jobflip::tidy {
namespace {

using Row = std::vector<std::string>;

std::string code(std::string_view text) {
  return "`" + std::string{text} + "`";
}

/// The rows of the table behind `heading`, whose first cell is a name; those in `others` are
/// described nowhere else.
std::set<Row> rows_behind(const std::string& heading, const std::set<std::string>& others) {
  const auto page = read_tree({"docs"}, {"docs/configuration.md"}).at(0).text;
  const auto begin = page.find("\n| ", page.find(heading));
  if (page.find(heading) == page.npos || begin == page.npos) return {{"no such heading", heading}};
  std::set<Row> out;
  for (auto& row : table_rows(page.substr(begin, page.find("\n\n", begin) - begin)))
    if (row[0].starts_with("`") && !others.contains(row[0])) out.insert(std::move(row));
  return out;
}

std::string written(Millis length) {
  const auto ms = length.count();
  if (ms > 0 && ms % 86'400'000 == 0) return std::to_string(ms / 86'400'000) + "d";
  if (ms > 0 && ms % 3'600'000 == 0) return std::to_string(ms / 3'600'000) + "h";
  if (ms > 0 && ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}
std::string written(double number) {
  auto text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  for (auto at = text.find('.') == text.npos ? text.size() : text.find('.'); at > 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}
std::string at_least(const core::Limits& limits) {
  if (limits.least == 1) return "more than 0";
  return limits.least > 0 ? "at least " + written(Millis{static_cast<std::int64_t>(limits.least)})
                          : "";
}

/// The cells for a member by its type: default and limits.
template <class Owner>
struct Cells {
  const Owner& fresh;
  const core::Limits& limits;

  Row operator()(Millis Owner::*m) const { return {written(fresh.*m), at_least(limits)}; }
  Row operator()(std::optional<Millis> Owner::*m) const {
    return {fresh.*m ? written(*(fresh.*m)) : "none", at_least(limits)};
  }
  Row operator()(int Owner::*m) const {
    return {written(fresh.*m), written(limits.least) + " to " + written(limits.most)};
  }
  Row operator()(bool Owner::*m) const { return {fresh.*m ? "true" : "false", ""}; }
  Row operator()(double Owner::*m) const {
    return {written(fresh.*m), written(limits.least) + " to below " + written(limits.most)};
  }
  Row operator()(std::string Owner::*) const {
    return {limits.least > 0 ? "required" : "none", most_bytes()};
  }
  Row operator()(std::optional<std::string> Owner::*) const { return {"none", most_bytes()}; }
  Row operator()(const core::Choice<Owner>& choice) const {
    std::string words;
    for (const auto word : choice.words)
      words += (words.empty() ? "" : ", ") + code("\"" + std::string{word} + "\"");
    return {code("\"" + std::string{choice.words[choice.get(fresh)]} + "\""), words};
  }
  std::string most_bytes() const { return "at most " + written(limits.most) + " bytes"; }
};

template <class Owner>
std::set<Row> described(const std::string& prefix = "") {
  const Owner fresh;
  std::set<Row> out;
  for (const auto& field : core::fields_of<Owner>()) {
    const auto cells = std::visit(Cells<Owner>{fresh, field.limits}, field.member);
    out.insert(
        {code(prefix + std::string{field.key}), cells[0], cells[1], std::string{field.text}});
  }
  return out;
}

std::set<Row> both(std::set<Row> one, std::set<Row> other) {
  one.merge(other);
  return one;
}

TEST(SettingsPage, HasEveryKeyAsCoreDescribesItAndNoOther) {
  EXPECT_EQ(rows_behind("Keys of a `[[pool]]`:", {"`candidates`"}),
            described<core::PoolSettings>());
  EXPECT_EQ(rows_behind("Keys of `[pool.timings]`", {}), described<core::LeaseTimings>());
  EXPECT_EQ(rows_behind("Keys of a `[[pool.queue]]`", {"`name`"}),
            described<core::QueueSettings>());
  EXPECT_EQ(
      rows_behind("## The pool file", {"`supervisor_timings`", "`node.name`, `supervisor.name`",
                                       "`node.login`, `supervisor.login`", "`pool.name`"}),
      both(described<core::BudgetSettings>("budget."), described<core::KeepingSettings>()));
}

/// How a type is called on the page.
struct TypeOf {
  using Sample = core::QueueSample;
  std::string operator()(std::int64_t Sample::*) const { return "whole number"; }
  std::string operator()(std::optional<std::int64_t> Sample::*) const {
    return "whole number or NULL";
  }
  std::string operator()(std::optional<Millis> Sample::*) const { return "number or NULL"; }
  std::string operator()(std::optional<WallTime> Sample::*) const {
    return "timestamp with time zone or NULL";
  }
  std::string operator()(std::optional<bool> Sample::*) const { return "boolean or NULL"; }
  std::string operator()(std::optional<std::string> Sample::*) const { return "text or NULL"; }
};

TEST(ProbeRowPage, HasEveryColumnAsCoreDescribesItAndNoOther) {
  std::set<Row> wanted;
  for (const auto& field : core::sample_fields()) {
    const bool optional = field.column == core::Column::may_be_left_out;
    wanted.insert({code(core::column_of(field)),
                   std::visit(TypeOf{}, field.member) + (optional ? ", may be left out" : ""),
                   std::string{field.text}});
  }
  EXPECT_EQ(rows_behind("## The probe row", {"`queue`"}), wanted);
}

}  // namespace
}  // namespace jobflip::tidy
