#include "cli/black_box_view.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "cli/black_box_sections.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/black_box_summary.hpp"
#include "jobflip/view/timeline_view.hpp"

namespace jobflip::cli {
namespace {

constexpr const char* kUnreadable = "its document is not readable";

// of the rows for awk: deeper nesting is one value, so that the length of keys is limited
constexpr int kLevels = 5;
constexpr std::size_t kKeyBytes = 60;
constexpr std::size_t kValuesMost = 100'000;

std::string known_by(const core::BlackBoxRecord& record) {
  return fmt::format("{} bytes, sha256 {}", record.document.size(),
                     printable(record.sha256.substr(0, 12)));
}

void print_heading(Session& session, const core::FlipView& flip,
                   const core::BlackBoxRecord& record) {
  const auto heading = fmt::format("black box of {}, kept at {}: {}", record.node.str(),
                                   view::offset_text(flip, record.kept_at), known_by(record));
  session.line(heading, Style::bold);
}

void print_as_text(Session& session, const core::BlackBoxRecord& record) {
  session.line(fmt::format("{}: {}", kUnreadable, printable(record.document, 500)), Style::plain,
               2);
}

class Rows {
 public:
  explicit Rows(Table& table) : table_{table} {}

  void add(const core::BlackBoxRecord& record) {
    node_ = record.node.str();
    row("record", "kept_at", rfc3339(record.kept_at));
    row("record", "sha256", record.sha256);
    row("record", "bytes", std::to_string(record.document.size()));
    const auto document = view::read_document(record.document);
    if (!document) return row("record", "unreadable", record.document);
    values_ = 0;
    for (const auto& [part, value] : document->items()) {
      part_ = printable(part, kKeyBytes);
      add(value, "", kLevels);
    }
    if (values_ > kValuesMost)
      row("record", "values_left_out", std::to_string(values_ - kValuesMost));
  }

 private:
  void row(const std::string& part, const std::string& key, const std::string& value) {
    table_.rows.push_back({node_, part, key, printable(value)});
  }

  void add(const view::Document& value, const std::string& key, int levels) {
    if (levels == 0 || !value.is_structured()) {
      if (++values_ <= kValuesMost) row(part_, key, view::shown(value, 4096));
      return;
    }
    for (const auto& [name, one] : value.items())
      add(one, (key.empty() ? "" : key + ".") + printable(name, kKeyBytes), levels - 1);
  }

  Table& table_;
  std::string node_;
  std::string part_;
  std::size_t values_{0};
};

}  // namespace

void print_black_box_summaries(Session& session, const core::FlipTimeline& timeline) {
  if (timeline.black_boxes.empty()) return;
  auto& out = session.out();
  for (const auto& record : timeline.black_boxes) {
    out << '\n';
    print_heading(session, timeline.flip, record);
    const auto document = view::read_document(record.document);
    if (!document) {
      print_as_text(session, record);
      continue;
    }
    for (const auto& [part, text] : view::summary_of(*document))
      session.line(fmt::format("{:<10}  {}", part, text), Style::plain, 2);
  }
  out << fmt::format("`jobflip show {} --black-box` has all of it\n", timeline.flip.id.value);
}

void print_black_boxes(Session& session, const core::FlipTimeline& timeline) {
  if (timeline.black_boxes.empty()) {
    session.notice(
        fmt::format("flip {} has no black box: a host keeps one where a stalled pool is "
                    "moved off it; a flip by hand or of a dead host has none",
                    timeline.flip.id.value));
    return;
  }
  bool first = true;
  for (const auto& record : timeline.black_boxes) {
    if (!std::exchange(first, false)) session.out() << '\n';
    print_heading(session, timeline.flip, record);
    const auto document = view::read_document(record.document);
    if (!document) {
      print_as_text(session, record);
      continue;
    }
    if (const auto text = view::seen_text(*document); !text.empty()) session.line(text);
    print_sections(session.out(), *document, session.paint(), session.width());
  }
}

Table black_box_rows(const core::FlipTimeline& timeline) {
  Table table{{"node", "part", "key", "value"}, {}};
  Rows rows{table};
  for (const auto& record : timeline.black_boxes) rows.add(record);
  return table;
}

}  // namespace jobflip::cli
