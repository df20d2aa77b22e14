#include "jobflip/probe/preset_tables.hpp"

#include <algorithm>
#include <iterator>

#include "jobflip/base/check.hpp"
#include "probe/preset_choice.hpp"

namespace jobflip::probe {
namespace {

using Needed = bool (*)(const Need&);

/// In how many generations a table is needed in that way.
std::ptrdiff_t count(const Shape& shape, const Relation& relation, Needed needed) {
  return std::ranges::count_if(shape.generations(), [&](const Generation& generation) {
    return std::ranges::any_of(generation.needs(), [&](const Need& need) {
      return need.relation == relation.key && needed(need);
    });
  });
}

bool is_read(const Need& need) {
  return !need.columns.empty();
}
/// It is only a sign of the version.
bool is_looked_for(const Need& need) {
  return need.columns.empty();
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
    const auto read = count(*shape, relation, is_read);
    if (read == 0 && count(*shape, relation, is_looked_for) > 0) continue;
    const bool always = relation.absent.empty() && read == std::ssize(shape->generations());
    auto& list = always ? out.tables : out.maybe;
    list.push_back(out.schema + "." + quoted_identifier(names.tables.at(relation.key)));
  }
  return out;
}

}  // namespace jobflip::probe
