#include "jobflip/probe/preset_tables.hpp"

#include <algorithm>
#include <iterator>

#include "jobflip/base/check.hpp"
#include "probe/preset_choice.hpp"

namespace jobflip::probe {
namespace {

/// A table without columns is only a sign of the version.
bool is_read_by(const Generation& generation, const Relation& relation) {
  return std::ranges::any_of(generation.needs(), [&relation](const Need& need) {
    return need.relation == relation.key && !need.columns.empty();
  });
}

}  // namespace

ports::PresetTables preset_tables(const core::QueueSettings& queue) {
  const auto* preset = core::find_preset(queue.preset.value_or(""));
  JF_CHECK(preset != nullptr);
  const auto* shape = find_shape(preset->name);
  JF_CHECK(shape != nullptr);
  const auto names = names_of(queue, *preset, *shape);
  ports::PresetTables out;
  out.schema = quoted_identifier(names.schema);
  for (const auto& relation : shape->relations()) {
    const auto generations = shape->generations();
    const auto read = std::ranges::count_if(
        generations, [&](const Generation& one) { return is_read_by(one, relation); });
    if (read == 0) continue;
    const bool always = relation.absent.empty() && read == std::ssize(generations);
    auto& list = always ? out.tables : out.maybe;
    list.push_back(out.schema + "." + quoted_identifier(names.tables.at(relation.key)));
  }
  return out;
}

}  // namespace jobflip::probe
