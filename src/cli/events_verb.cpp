/// events: the audit log in sentences, the oldest first, and what happens from now on.

#include <fmt/format.h>

#include <charconv>
#include <ostream>

#include "cli/event_filter.hpp"
#include "cli/event_stream.hpp"
#include "cli/verbs.hpp"
#include "jobflip/audit/export.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/event_text.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr Millis kBetweenPolls{1000};

/// One line an event. The columns of people's lines only ever get wider.
class EventPrinter {
 public:
  explicit EventPrinter(Session& session) : session_(session) {}

  /// Before its events are printed: the lines of a page are aligned.
  void fit(const std::vector<core::AuditEvent>& page) {
    for (const auto& event : page) {
      chain_width_ = std::max(chain_width_, columns(printable(event.chain, 63)));
      kind_width_ = std::max(kind_width_, columns(printable(event.kind, 63)));
      actor_width_ = std::max(actor_width_, columns(view::event_actor(event)));
    }
  }

  void print(const core::AuditEvent& event) {
    switch (session_.format()) {
      case Format::json:
        print_json(event);
        break;
      case Format::tsv:
        print_row(event);
        break;
      case Format::table:
        print_line(event);
        break;
    }
    session_.out() << std::flush;  // whoever reads it through a pipe waits for it
  }

 private:
  void print_json(const core::AuditEvent& event) {
    view::Json line{{"schema", 1}};
    line.update(audit::event_json(event));
    line["sentence"] = view::event_text(event);
    session_.print_line(line);
  }

  void print_row(const core::AuditEvent& e) {
    if (!std::exchange(begun_, true))
      session_.out() << "chain\tseq\tat\tkind\tnode\tflip\tepoch\tby\treason\twhat\n";
    const auto number = [](const auto& value) { return value ? std::to_string(*value) : ""; };
    session_.out() << fmt::format(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", printable(e.chain, 63), e.seq, rfc3339(e.at),
        printable(e.kind, 63), printable(e.node.value_or(""), 63), number(e.flip), number(e.epoch),
        view::event_actor(e), printable(e.reason), view::event_text(e));
  }

  void print_line(const core::AuditEvent& event) {
    const auto padded = [](const std::string& text, std::size_t width) {
      return text + std::string(width - columns(text), ' ');
    };
    session_.out() << fmt::format("{}  {}  {}  {}  {}\n", view::clock_text(event.at),
                                  padded(printable(event.chain, 63), chain_width_),
                                  padded(printable(event.kind, 63), kind_width_),
                                  padded(view::event_actor(event), actor_width_),
                                  view::event_text(event));
  }

  Session& session_;
  std::size_t chain_width_{4}, kind_width_{14}, actor_width_{4};
  bool begun_{false};
};

/// "mail=120"
Result<core::ChainHead> typed_position(const std::string& text) {
  core::ChainHead out;
  const auto equals = std::min(text.rfind('='), text.size());
  out.chain = text.substr(0, equals);
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + std::min(equals + 1, text.size()), end, out.seq);
  const bool is_number = read.ec == std::errc{} && read.ptr == end && out.seq >= 0;
  if (equals < text.size() && is_number && why_not_a_name(out.chain).empty()) return out;
  return Error{ErrorCode::usage,
               fmt::format("--after: \"{}\" is not CHAIN=SEQ", printable(text, 80)),
               "write the chain and seq of the last event that you have, such as --after mail=120"};
}

struct WantedEvents {
  std::string chain;
  core::EventFilter filter;
  std::vector<core::ChainHead> after;
  bool has_begin{false};  // --since, --until or --after
  bool follow{false};
  int limit{};  // 0: all
};

Result<WantedEvents> wanted_events(const Session& session) {
  const auto& o = session.options();
  WantedEvents out;
  if (const auto why = why_not_a_name(o.pool); !o.pool.empty() && !why.empty())
    return Error{ErrorCode::usage,
                 fmt::format("--pool \"{}\" can't be used: {}", printable(o.pool, 60), why), ""};
  if (o.follow && !o.filter.until.empty())
    return Error{ErrorCode::usage, "--until and --follow exclude each other",
                 "leave one of them out"};
  auto filter = typed_filter(session, audit_kind_names());
  if (!filter) return filter.error();
  for (const auto& text : o.after) {
    auto position = typed_position(text);
    if (!position) return position.error();
    out.after.push_back(std::move(*position));
  }
  out.chain = o.pool;
  out.has_begin = filter->since || filter->until || !out.after.empty();
  out.filter = std::move(*filter);
  out.follow = o.follow;
  out.limit = o.limit != 0 || !out.has_begin ? typed_limit(session) : 0;
  return out;
}

/// The newest `limit` of the past. What is written meanwhile is left for the stream.
Result<std::vector<core::AuditEvent>> newest_events(ports::ReaderStore& store,
                                                    const WantedEvents& wanted,
                                                    EventStream& stream) {
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  auto events = store.audit({wanted.chain, 0, wanted.limit, true, wanted.filter});
  if (!events) return events.error();
  std::erase_if(*events, [&](const auto& event) {
    const auto head = std::ranges::find(*heads, event.chain, &core::ChainHead::chain);
    return head == heads->end() || event.seq > head->seq;
  });
  std::ranges::reverse(*events);
  stream.begin_after(*heads);
  return events;
}

/// "" unless a position names a chain that the log does not have: a slip of the fingers.
Result<std::string> chain_nobody_has(ports::ReaderStore& store, const WantedEvents& wanted) {
  if (wanted.after.empty()) return std::string{};
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  for (const auto& position : wanted.after)
    if (std::ranges::find(*heads, position.chain, &core::ChainHead::chain) == heads->end())
      return position.chain;
  return std::string{};
}

class EventReader {
 public:
  EventReader(Session& session, std::unique_ptr<ports::ReaderStore> store, EventStream stream)
      : session_(session), store_(std::move(store)), stream_(std::move(stream)), print_(session) {}

  void print(const std::vector<core::AuditEvent>& events) {
    print_.fit(events);
    for (const auto& event : events) {
      if (is_over()) return;
      print_.print(event);
      ++printed_;
    }
  }

  /// Prints all that there is for now.
  Result<void> read_on() {
    if (!store_) {
      auto opened = session_.reader();
      if (!opened) return opened.error();
      store_ = std::move(*opened);
    }
    do {
      const auto events = stream_.next(*store_);
      if (!events) return events.error();
      for (const auto& flaw : stream_.take_flaws()) {
        session_.warning(flaw);
        session_.hint("`jobflip audit verify` says more; `jobflip events --pool POOL` shows all");
      }
      print(*events);
    } while (stream_.has_more() && !is_over());
    return {};
  }

  ExitCode follow() {
    while (!is_over()) {
      const auto read = read_on();
      if (!read && !is_passing(read.error().code)) return session_.fail(read.error());
      note_outage(read);
      session_.host().wait(kBetweenPolls);
    }
    return end();
  }

  ExitCode end() {
    // whoever read it has enough: that is fine
    if (session_.terminal().out_is_closed()) session_.out().clear();
    return ExitCode::done;
  }

  std::size_t printed() const { return printed_; }
  ports::ReaderStore& store() { return *store_; }

 private:
  bool is_over() const {
    return session_.host().interrupted() || session_.terminal().out_is_closed() ||
           !*session_.terminal().out;
  }

  /// One line when the store goes away, one when it is back.
  void note_outage(const Result<void>& read) {
    if (!read) {
      if (!lost_at_) {
        lost_at_ = session_.host().now();
        session_.notice(fmt::format("store unreachable since {}, retrying: {}",
                                    view::clock_text(session_.host().wall()), read.error().text));
      }
      store_.reset();
    } else if (lost_at_) {
      const auto away = std::chrono::duration_cast<Millis>(session_.host().now() - *lost_at_);
      session_.notice(fmt::format("the store is back after {}", short_duration(away)));
      lost_at_.reset();
    }
  }

  Session& session_;
  std::unique_ptr<ports::ReaderStore> store_;
  EventStream stream_;
  EventPrinter print_;
  std::size_t printed_{0};
  std::optional<Instant> lost_at_;
};

}  // namespace

ExitCode perform_events(Session& session) {
  const auto wanted = wanted_events(session);
  if (!wanted) return session.fail(wanted.error());
  session.host().wait(Millis{0});  // from here on Ctrl-C is a wish, and the exit code 0
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto unknown = chain_nobody_has(**store, *wanted);
  if (!unknown) return session.fail(unknown.error());
  if (!unknown->empty())
    return session.usage(fmt::format("--after: there is no chain \"{}\"", *unknown),
                         "`jobflip audit verify` lists the chains");
  EventStream stream{wanted->chain, wanted->filter};
  std::vector<core::AuditEvent> past;
  if (wanted->limit != 0) {
    auto found = newest_events(**store, *wanted, stream);
    if (!found) return session.fail(found.error());
    past = std::move(*found);
  } else {
    stream.begin_after(wanted->after);
  }
  EventReader reader{session, std::move(*store), std::move(stream)};
  reader.print(past);
  if (wanted->limit == 0 && !wanted->follow)
    if (const auto read = reader.read_on(); !read) return session.fail(read.error());
  if (reader.printed() == 0) {
    if (!wanted->follow && session.format() == Format::table) session.notice("nothing fits");
    notice_unknown_pool(session, reader.store(), wanted->chain);
    notice_unknown_node(session, reader.store(), wanted->filter.node);
  }
  return wanted->follow ? reader.follow() : reader.end();
}

}  // namespace jobflip::cli
