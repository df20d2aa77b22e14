#include "blackbox/black_box_parts.hpp"

#include <array>

#include "blackbox/detached_task.hpp"
#include "blackbox/hook_command.hpp"
#include "blackbox/log_tail.hpp"
#include "jobflip/capture/json_text.hpp"
#include "jobflip/host/unit_properties.hpp"
#include "jobflip/os/proc_text.hpp"

namespace jobflip::blackbox {
namespace {

// from the start of the capture; all of them are within core::kBlackBoxTimeLimit
constexpr Millis kGuardWithin{1200};  // then the agent captures by itself
constexpr Millis kCommandWithin{1500};
constexpr Millis kPartsWithin{1700};
static_assert(kPartsWithin < core::kBlackBoxTimeLimit);

Json only_missing(const std::string& part, const std::string& why) {
  return Json{{"missing", Json::array({missing(part, why)})}};
}

void add(Json& document, Json part) {
  for (auto& [key, value] : part.items()) {
    if (key != "missing" && key != "cut") {
      document[key] = std::move(value);
      continue;
    }
    for (auto& one : value) document[key].push_back(std::move(one));
  }
}

std::string shown(const Error& error) {
  return error.hint.empty() ? error.text : error.text + "; " + error.hint;
}

}  // namespace

Json missing(const std::string& part, const std::string& why) {
  return Json{{"part", part}, {"why", capture::clean(why)}};
}

Json unit_part(const std::string& unit) {
  const auto properties = host::read_unit_properties(unit);
  if (!properties) return only_missing("unit", shown(properties.error()));
  Json out{{"name", unit}};
  for (const char* name : {"ActiveState", "SubState", "Result"})
    if (const auto found = properties->find(name); found != properties->end())
      out[name] = capture::clean(found->second);
  for (const char* name : {"MainPID", "NRestarts", "MemoryCurrent", "TasksCurrent"}) {
    const auto found = properties->find(name);
    const auto number =
        found == properties->end() ? std::nullopt : os::whole_number<std::uint64_t>(found->second);
    if (number && *number != UINT64_MAX) out[name] = *number;  // the maximum means "not known"
  }
  return Json{{"unit", std::move(out)}};
}

Json log_part(const BlackBoxSettings& settings, Instant give_up) {
  if (settings.unit.empty() && settings.output.empty())
    return only_missing("log", "the workers write into the agent's own log");
  const auto lines =
      settings.unit.empty() ? file_tail(settings.output) : journal_tail(settings.unit, give_up);
  if (!lines) return only_missing("log", shown(lines.error()));
  return Json{{"log", *lines}};
}

Json command_part(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant give_up) {
  const std::map<std::string, std::string> environment{
      {"PATH", "/usr/local/bin:/usr/bin:/bin"},
      {"JOBFLIP_POOL", of.pool.str()},
      {"JOBFLIP_FLIP", std::to_string(of.flip.value)},
      {"JOBFLIP_EPOCH", std::to_string(of.epoch.value)}};
  const auto ran = run_hook(settings.command, environment, give_up);
  if (!ran) return only_missing("command", shown(ran.error()));
  Json command{{"argv0", capture::clean(settings.command[0])},
               {"output", capture::clean(ran->output, kMostOutput)}};
  if (ran->end.signal == 0) command["exit"] = ran->end.exit_code;
  Json out{{"command", std::move(command)}};
  if (ran->timed_out)
    out["missing"].push_back(missing("command", "it did not end in time and was killed"));
  else if (ran->end.signal != 0)
    out["missing"].push_back(missing("command", "it " + host::describe(ran->end)));
  if (ran->output.size() == kMostOutput) out["cut"].push_back("command");
  return out;
}

std::string look_into(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant begun) {
  const auto give_up = begun + kPartsWithin;
  struct Part {
    const char* name;
    DetachedTask<Json> aside;
  };
  std::vector<Part> parts;
  const auto begin = [&](const char* name, std::function<Json()> work) {
    parts.push_back({name, DetachedTask<Json>{std::move(work)}});
  };
  if (!settings.command.empty())
    begin("command", [=] { return command_part(settings, of, begun + kCommandWithin); });
  begin("processes",
        [=] { return look_part(settings, begun + kGuardWithin, begun + kCommandWithin); });
  if (!settings.unit.empty()) begin("unit", [=] { return unit_part(settings.unit); });
  begin("log", [=] { return log_part(settings, give_up); });
  begin("pressure", [=] { return load_part(settings); });

  const auto taken = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
  Json document{{"version", 1}, {"taken_at", rfc3339(taken)}, {"missing", Json::array()}};
  for (auto& [name, aside] : parts) {
    auto part = aside.take(give_up);
    add(document, part ? std::move(*part) : only_missing(name, "it did not end in time"));
  }
  return capture::fitted(std::move(document), core::kMaxBlackBoxBytes);
}

std::string nothing_seen(const std::string& why) {
  return capture::fitted(Json{{"version", 1}, {"missing", Json::array({missing("all", why)})}},
                         core::kMaxBlackBoxBytes);
}

}  // namespace jobflip::blackbox
