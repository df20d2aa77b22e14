#include "cli/black_box_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/table.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/black_box_summary.hpp"

namespace jobflip::cli {
namespace {

using view::Document;
using view::list_of;
using view::shown;
using view::value_of;

constexpr std::array kParts{"version", "taken_at", "source", "unit", "processes",
                            "tcp",     "memory",   "cpu",    "io",   "log",
                            "command", "missing",  "cut"};

constexpr std::size_t kPairsMost = 1000;

/// The same, but "-" if there is nothing.
std::string cell(const Document& of, const char* key) {
  auto text = shown(of, key);
  return text.empty() ? "-" : text;
}

/// "pipe 2, socket 3": an object in one line.
std::string pairs_text(const Document& value) {
  if (!value.is_object()) return shown(value);
  std::string out;
  for (const auto& [key, one] : value.items()) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", printable(key, 60), shown(one, 60));
    if (out.size() > kPairsMost) return out + ", ...";
  }
  return out;
}

class Sections {
 public:
  Sections(std::ostream& out, const Document& document, const Paint& paint, std::size_t width)
      : out_{out}, document_{document}, paint_{paint}, width_{width} {}

  void print() {
    fields("unit");
    if (open("processes", Document::value_t::array)) {
      processes();
      threads();
      files();
      stacks();
    }
    if (open("tcp", Document::value_t::array)) connections();
    for (const char* part : {"memory", "cpu", "io"}) fields(part);
    if (open("log", Document::value_t::array)) log();
    if (open("command", Document::value_t::object)) command();
    if (open("missing", Document::value_t::array)) missing();
    if (open("cut", Document::value_t::array)) cut();
    others();
  }

 private:
  void title(std::string_view text) {
    out_ << '\n';
    print_wrapped(out_, text, width_, 0, paint_, Style::bold);
  }
  void line(std::string_view text) { print_wrapped(out_, text, width_, 2); }
  void field(std::string_view name, std::string_view text) {
    line(fmt::format("{:<14}  {}", printable(name, 60), text));
  }

  /// True if the part is there and has the expected type. A part of another type is shown as it is,
  /// an empty list not at all.
  bool open(const char* part, Document::value_t type) {
    const auto& value = value_of(document_, part);
    if (value.is_null() || (value.is_array() && value.empty())) return false;
    title(part);
    if (value.type() == type) return true;
    line(shown(value));
    return false;
  }

  template <class List, class Each>
  void each(const List& list, Each print_one) {
    std::size_t met = 0;
    for (const auto& one : list)
      if (++met <= kRowsMost) print_one(one);
    more(met);
  }
  void more(std::size_t met) {
    if (met > kRowsMost) line(fmt::format("and {} more", met - kRowsMost));
  }

  void fields(const char* part) {
    if (!open(part, Document::value_t::object)) return;
    each(value_of(document_, part).items(),
         [this](const auto& item) { field(item.key(), pairs_text(item.value())); });
  }

  void processes() {
    const auto& list = list_of(document_, "processes");
    Table table{{"PID", "PARENT", "NAME", "STATE", "WAITS IN", "THREADS", "RSS KIB", "CPU MS"}, {}};
    for (std::size_t i = 0; i < std::min(list.size(), kRowsMost); ++i) {
      const auto& p = list[i];
      table.rows.push_back({cell(p, "pid"), cell(p, "ppid"),
                            p.is_object() ? cell(p, "name") : shown(p), cell(p, "state"),
                            cell(p, "wchan"), std::to_string(list_of(p, "threads").size()),
                            cell(p, "rss_kib"), cell(p, "cpu_ms")});
    }
    print_table(out_, table, paint_, width_);
    more(list.size());
  }

  void threads() {
    Table table{{"PID", "THREAD", "STATE", "WAITS IN"}, {}};
    std::size_t met = 0;
    for (const auto& process : list_of(document_, "processes")) {
      for (const auto& thread : list_of(process, "threads")) {
        const bool same = value_of(thread, "state") == value_of(process, "state") &&
                          value_of(thread, "wchan") == value_of(process, "wchan");
        if (same || ++met > kRowsMost) continue;
        table.rows.push_back({cell(process, "pid"), cell(thread, "tid"), cell(thread, "state"),
                              cell(thread, "wchan")});
      }
    }
    if (met == 0) return;
    title("threads that are not as their process is");
    print_table(out_, table, paint_, width_);
    more(met);
  }

  void files() {
    std::size_t met = 0;
    for (const auto& process : list_of(document_, "processes")) {
      const auto& kinds = value_of(process, "files");
      if (kinds.is_null()) continue;
      if (met == 0) title("open files");
      if (++met <= kRowsMost) line(cell(process, "pid") + ": " + pairs_text(kinds));
    }
    more(met);
  }

  void stacks() {
    std::size_t met = 0;
    for (const auto& process : list_of(document_, "processes")) {
      const auto& stack = list_of(process, "stack");
      if (stack.empty()) continue;
      if (met < kRowsMost) {
        title(fmt::format("kernel stack of {} ({})", shown(value_of(process, "pid"), 20),
                          shown(value_of(process, "name"), 60)));
      }
      for (const auto& frame : stack)
        if (++met <= kRowsMost) line(shown(frame));
    }
    more(met);
  }

  void connections() {
    const auto& list = list_of(document_, "tcp");
    Table table{{"PID", "STATE", "NOT SENT", "NOT READ", "LOCAL -> REMOTE"}, {}};
    for (std::size_t i = 0; i < std::min(list.size(), kRowsMost); ++i) {
      const auto& c = list[i];
      table.rows.push_back(
          {cell(c, "pid"), cell(c, "state"), cell(c, "send_queue"), cell(c, "receive_queue"),
           c.is_object() ? cell(c, "local") + " -> " + cell(c, "remote") : shown(c)});
    }
    print_table(out_, table, paint_, width_);
    more(list.size());
  }

  void wrapped(std::string_view text) { line(printable(text)); }

  void log() {
    each(list_of(document_, "log"), [this](const Document& one) {
      if (one.is_string())
        wrapped(one.get_ref<const std::string&>());
      else
        line(shown(one));
    });
  }

  void command() {
    const auto& command = value_of(document_, "command");
    line(view::command_text(command));
    const auto& output = value_of(command, "output");
    if (!output.is_string()) return line(shown(output));
    std::string_view rest = output.get_ref<const std::string&>();
    std::size_t met = 0;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      if (++met <= kRowsMost) wrapped(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    more(met);
  }

  void missing() {
    each(list_of(document_, "missing"), [this](const Document& one) {
      if (one.is_object())
        field(shown(one, "part"), shown(one, "why"));
      else
        line(shown(one));
    });
  }

  void cut() {
    each(list_of(document_, "cut"), [this](const Document& one) { line(shown(one)); });
  }

  /// What a newer host may write.
  void others() {
    std::size_t met = 0;
    for (const auto& [key, value] : document_.items()) {
      if (std::ranges::find(kParts, key) != kParts.end()) continue;
      if (met == 0) title("other");
      if (++met <= kRowsMost) field(key, shown(value));
    }
    more(met);
  }

  std::ostream& out_;
  const Document& document_;
  const Paint& paint_;
  std::size_t width_;
};

}  // namespace

void print_sections(std::ostream& out, const Document& document, const Paint& paint,
                    std::size_t width) {
  Sections{out, document, paint, width}.print();
}

}  // namespace jobflip::cli
