#include "jobflip/capture/json_text.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "jobflip/base/utf8.hpp"

namespace jobflip::capture {
namespace {

using nlohmann::json;

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Keeps one half, at the end or at the start; false if nothing is left to cut.
bool halve(json& document, const char* key, bool keep_end) {
  if (!document.contains(key) || document[key].empty()) return false;
  auto& list = document[key];
  const auto drop = static_cast<json::difference_type>((list.size() + 1) / 2);
  if (keep_end)
    list.erase(list.begin(), list.begin() + drop);
  else
    list.erase(list.end() - drop, list.end());
  return true;
}

bool cut_log(json& document) {
  return halve(document, "log", true);
}

bool drop_of_processes(json& document, const char* key) {
  bool any = false;
  if (!document.contains("processes")) return false;
  for (auto& process : document["processes"]) any = process.erase(key) > 0 || any;
  return any;
}
bool cut_stacks(json& document) {
  return drop_of_processes(document, "stack");
}
bool cut_threads(json& document) {
  return drop_of_processes(document, "threads");
}

bool cut_output(json& document) {
  if (!document.contains("command") || !document["command"].contains("output")) return false;
  auto& output = document["command"]["output"].get_ref<std::string&>();
  if (output.empty()) return false;
  output.resize(output.size() / 2);
  return true;
}

bool cut_connections(json& document) {
  return halve(document, "tcp", false);
}
bool cut_processes(json& document) {
  return halve(document, "processes", false);
}

struct Step {
  const char* part;
  bool (*cut)(json&);
};
constexpr std::array kSteps{Step{"log", cut_log},         Step{"stack", cut_stacks},
                            Step{"threads", cut_threads}, Step{"command", cut_output},
                            Step{"tcp", cut_connections}, Step{"processes", cut_processes}};

}  // namespace

std::string clean(std::string_view text, std::size_t most) {
  std::string out{text.substr(0, utf8_cut(text, most))};
  std::ranges::replace(out, '\0', '?');
  return out;
}

std::string fitted(json document, std::size_t most) {
  auto text = text_of(document);
  for (const auto& [part, cut] : kSteps) {
    bool named = false;
    while (text.size() > most && cut(document)) {
      if (!std::exchange(named, true)) document["cut"].push_back(part);
      text = text_of(document);
    }
  }
  if (text.size() <= most) return text;
  return R"({"version":1,"missing":[{"part":"all","why":"too large"}]})";
}

}  // namespace jobflip::capture
