#include "jobflip/view/black_box_summary.hpp"

#include <fmt/format.h>

namespace jobflip::view {
namespace {

constexpr std::size_t kNameBytes = 40;
constexpr std::size_t kNamesBytes = 400;  // a line is cut long before

std::string name_in(const Document& of, const char* key, const char* otherwise) {
  const auto text = shown(value_of(of, key), kNameBytes);
  return text.empty() ? otherwise : text;
}

/// "email-worker.service: active (running), 2 restarts"
std::string unit_text(const Document& unit) {
  if (!unit.is_object()) return "";
  auto out = fmt::format("{}: {} ({})", name_in(unit, "name", "?"),
                         name_in(unit, "ActiveState", "?"), name_in(unit, "SubState", "?"));
  if (const auto restarts = count_of(unit, "NRestarts")) {
    out += fmt::format(", {} {}", *restarts, *restarts == 1 ? "restart" : "restarts");
  }
  return out;
}

std::string processes_text(const Document::array_t& processes) {
  if (processes.empty()) return "";
  Tally states;
  for (const auto& process : processes) states.add(name_in(process, "state", "?"));
  return fmt::format("{} {}: {}", processes.size(), processes.size() == 1 ? "process" : "processes",
                     states.text());
}

/// Of every thread; a process is its own first one.
std::string waits_text(const Document::array_t& processes) {
  Tally channels;
  const auto add = [&](const Document& of) {
    if (const auto name = name_in(of, "wchan", ""); !name.empty() && name != "0")
      channels.add(name);
  };
  for (const auto& process : processes) {
    add(process);
    const auto& pid = value_of(process, "pid");
    for (const auto& thread : list_of(process, "threads"))
      if (value_of(thread, "tid") != pid) add(thread);
  }
  return channels.text(4);
}

std::string files_text(const Document::array_t& processes) {
  Tally kinds;
  for (const auto& process : processes) {
    const auto& files = value_of(process, "files");
    if (!files.is_object()) continue;
    for (const auto& [kind, count] : files.items())
      if (count.is_number_unsigned())
        kinds.add(shown(kind, kNameBytes), count.get<std::uint64_t>());
  }
  return kinds.text();
}

std::string tcp_text(const Document::array_t& connections) {
  if (connections.empty()) return "";
  Tally states;
  std::uint64_t send = 0;
  std::uint64_t receive = 0;
  for (const auto& one : connections) {
    states.add(name_in(one, "state", "?"));
    send = sum_of(send, count_of(one, "send_queue").value_or(0));
    receive = sum_of(receive, count_of(one, "receive_queue").value_or(0));
  }
  return fmt::format("{}; {} bytes not sent, {} not read", states.text(), send, receive);
}

/// "memory 0.0 (0.0), cpu 3.1, io 60.2 (58.1): % of 10 s in which some (all) waited"
std::string pressure_text(const Document& document) {
  std::string out;
  for (const char* part : {"memory", "cpu", "io"}) {
    const auto& pressure = value_of(value_of(document, part), "pressure");
    const auto figure = [&](const char* key) {
      const auto& value = value_of(pressure, key);
      return value.is_number() ? shown(value, 12) : std::string{};
    };
    const auto some = figure("some_avg10");
    if (some.empty()) continue;
    const auto full = figure("full_avg10");
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", part, some);
    if (!full.empty()) out += " (" + full + ")";
  }
  return out.empty() ? out : out + ": % of 10 s in which some (all) waited";
}

/// Each name once, in the document's order.
std::string names_text(const Document::array_t& list) {
  std::map<std::string, bool> known;
  std::string out;
  for (const auto& one : list) {
    const auto name = one.is_object() ? name_in(one, "part", "?") : shown(one, kNameBytes);
    if (name.empty() || !known.emplace(name, true).second) continue;
    out += (out.empty() ? "" : ", ") + name;
    if (out.size() > kNamesBytes) break;
  }
  return out;
}

}  // namespace

std::string seen_text(const Document& document) {
  std::string out;
  if (const auto& at = value_of(document, "taken_at"); at.is_string())
    out += " at " + shown(at, 40);
  if (const auto source = shown(value_of(document, "source"), 40); !source.empty())
    out += " by the " + source;
  return out.empty() ? out : "seen" + out;
}

std::string command_text(const Document& command) {
  if (!command.is_object()) return "";
  const auto exit = shown(value_of(command, "exit"), kNameBytes);
  return name_in(command, "argv0", "?") + (exit.empty() ? ": no exit code" : ": exit " + exit);
}

std::vector<SummaryLine> summary_of(const Document& document) {
  const auto& processes = list_of(document, "processes");
  std::vector<SummaryLine> out;
  const auto add = [&](const char* part, std::string text) {
    if (!text.empty()) out.push_back({part, std::move(text)});
  };
  add("unit", unit_text(value_of(document, "unit")));
  add("processes", processes_text(processes));
  add("waiting in", waits_text(processes));
  add("files", files_text(processes));
  add("tcp", tcp_text(list_of(document, "tcp")));
  add("pressure", pressure_text(document));
  add("command", command_text(value_of(document, "command")));
  const auto missing = names_text(list_of(document, "missing"));
  const auto cut = names_text(list_of(document, "cut"));
  add("missing", missing.empty() || cut.empty() ? missing : missing + "; cut: " + cut);
  if (missing.empty()) add("cut", cut);
  return out;
}

}  // namespace jobflip::view
