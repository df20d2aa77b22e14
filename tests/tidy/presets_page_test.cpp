// docs/presets.md is core's table of presets: a row and a section for each, in its order and words.

#include <gtest/gtest.h>

#include "jobflip/core/presets.hpp"
#include "pages.hpp"

namespace jobflip::tidy {
namespace {

std::string code(std::string_view text) {
  return "`" + std::string{text} + "`";
}

std::string page() {
  return read_tree({"docs"}, {"docs/presets.md"}).at(0).text;
}

std::string written(Millis length) {
  const auto s = length.count() / 1000;
  if (s > 0 && s % 3600 == 0) return std::to_string(s / 3600) + "h";
  if (s > 0 && s % 60 == 0) return std::to_string(s / 60) + "m";
  return length.count() % 1000 == 0 ? std::to_string(s) + "s"
                                    : std::to_string(length.count()) + "ms";
}

/// The default of a name that can be changed; "-": it can't.
std::string written(const std::optional<std::string_view>& name) {
  return !name ? "-" : name->empty() ? "none" : code(*name);
}

/// What is between the section's heading and the next one, on one line.
std::string section_of(const core::Preset& preset) {
  const auto text = page();
  const auto heading = "\n## " + std::string{preset.title} + "\n";
  const auto begin = text.find(heading);
  if (begin == text.npos) return "";
  auto out = text.substr(begin, text.find("\n## ", begin + 1) - begin);
  for (auto at = out.find('\n'); at != out.npos; at = out.find('\n', at))
    out.replace(at, out.compare(at, 3, "\n  ") == 0 ? 3 : 1, " ");
  return out;
}

TEST(PresetsPage, HasARowForEachPresetInTheOrderOfTheTable) {
  std::vector<std::vector<std::string>> wanted, rows;
  for (const auto& preset : core::presets())
    wanted.push_back(
        {code("\"" + std::string{preset.name} + "\""), std::string{preset.title},
         code("\"" + std::string{core::kDoneKindWords[static_cast<std::size_t>(preset.done_kind)]} +
              "\""),
         written(preset.pickup_every), code(preset.schema), written(preset.prefix),
         written(preset.table),
         !preset.rescue_after               ? "never"
         : *preset.rescue_after > Millis{0} ? written(*preset.rescue_after)
                                            : "at once"});
  for (const auto& row : table_rows(page()))
    if (row[0].starts_with("`\"")) rows.push_back(row);
  EXPECT_EQ(rows, wanted);
}

TEST(PresetsPage, HasASectionForEachPresetInItsWords) {
  for (const auto& preset : core::presets()) {
    const auto section = section_of(preset);
    ASSERT_NE(section, "") << preset.title;
    const auto has = [&](const std::string& text) {
      EXPECT_NE(section.find(text), section.npos) << preset.title << " lacks: " << text;
    };
    has("preset = \"" + std::string{preset.name} + "\"");
    has("grant usage on schema ");
    has("grant select on ");
    has("**Not seen:** " + std::string{preset.cannot_see} + ".");
    has((preset.has_history ? "**History:** " : "**No history:** ") + std::string{preset.history} +
        ".");
    has("**Clean stop:** " + std::string{preset.stop} + ".");
    has(std::string{"**Claims of a dead worker** are "} +
        (preset.rescue_after ? "released by " : "never released by the system: ") +
        std::string{preset.rescue} + ".");
    has("**What a flip does not cure:** ");
  }
}

}  // namespace
}  // namespace jobflip::tidy
