#include "cli/flip_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "jobflip/config/suggest.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/flip_steps.hpp"
#include "jobflip/view/ways_out.hpp"

namespace jobflip::cli {

namespace {

using Json = nlohmann::ordered_json;

/// 'did you mean "job2"? ' if that is not a candidate of the pool, but resembles one.
std::string meant_node(const core::PoolView& pool, const NodeName& typed) {
  std::vector<std::string> names;
  for (const auto& candidate : pool.candidates) names.push_back(candidate.node.str());
  if (std::ranges::find(names, typed.str()) != names.end()) return "";
  const auto near = config::nearest_word(typed.str(), names);
  return near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near);
}

}  // namespace

std::string hint_for(core::Rule rule, const core::PoolView& pool, const core::FlipIntent& intent) {
  const auto name = pool.settings.name.str();
  switch (rule) {
    case core::Rule::flip_in_progress:
      if (pool.open_flip &&
          core::find_transition(pool.open_flip->state, core::FlipEvent::abort) == nullptr)
        return fmt::format("`jobflip show {}` shows how far it is", pool.open_flip->id.value);
      return fmt::format("`jobflip show {0}` shows it; `jobflip abort {0}` ends it",
                         pool.open_flip ? pool.open_flip->id.value : 0);
    case core::Rule::target:
      if (const auto command = view::way_out(rule, pool); intent.to.empty() && !command.empty())
        return fmt::format("`{}` brings a node back; `jobflip explain {}` has every candidate",
                           command, name);
      return meant_node(pool, intent.to) +
             fmt::format("`jobflip explain {}` has every candidate with its reason", name);
    case core::Rule::holder:
      return meant_node(pool, intent.from) +
             "`jobflip status` shows who holds what; somebody may have flipped already";
    case core::Rule::frozen:
      return "wait until it has passed: it protects against two nodes at once";
    default:
      return fmt::format("`jobflip explain {}` has every rule", name);
  }
}

ExitCode refused_by(Session& session, std::string_view rule, const std::string& text,
                    const std::string& why, const std::string& hint) {
  if (session.format() == Format::json)
    session.print(
        Json{{"schema", 1}, {"flip", nullptr}, {"rule", rule}, {"text", why}, {"hint", hint}});
  return session.error(ExitCode::refused, text, why, hint);
}

}  // namespace jobflip::cli
