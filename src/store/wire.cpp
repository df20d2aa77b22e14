#include "store/wire.hpp"

#include "jobflip/core/settings_document.hpp"
#include "store/names.hpp"

namespace jobflip::store {
namespace {

std::vector<std::string_view> split(std::string_view text, char end) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto next = std::min(text.find(end, at), text.size());
    parts.push_back(text.substr(at, next - at));
    at = next + 1;
  }
  return parts;
}

std::optional<core::FlipDirective> read_directive(pg::Cells& in) {
  const auto id = in.maybe_number();
  core::FlipDirective flip;
  const auto state = in.text();
  flip.from = in.name<NodeName>();
  flip.to = in.name<NodeName>();
  flip.automatic = in.flag();
  flip.host_is_off = in.flag();
  flip.overdue = in.flag();
  flip.drain_timeout = in.maybe_millis().value_or(Millis{});
  flip.stalled = in.flag();
  if (!id) return std::nullopt;
  flip.id = FlipId{*id};
  flip.state = core::parse_flip_state(state).value_or(core::FlipState::failed);
  return flip;
}

core::PoolReport read_report(pg::Cells& in) {
  core::PoolReport report;
  report.pool = in.name<PoolName>();
  report.version = in.id<SettingsVersion>();
  report.epoch = in.id<Epoch>();
  report.state = in.word(parse_owner_state);
  report.holder = in.name<NodeName>();
  report.lease_beat = in.id<BeatNumber>();
  report.paused = in.flag();
  report.frozen = in.flag();
  report.drained = in.flag();
  report.rank = static_cast<int>(in.number());
  report.own = in.flag();
  report.settled = in.flag();
  report.flip = read_directive(in);
  return report;
}

/// The settings of one pool must not cost the answer for the others.
void read_settings(std::string_view document, core::PoolReport& report) {
  auto settings = core::parse_pool_document(document);
  if (!settings) {
    report.unreadable = settings.error().text;
  } else if (settings->name != report.pool) {
    report.unreadable = "settings: they are those of another pool";
  } else {
    report.settings = std::move(*settings);
  }
}

}  // namespace

Error unreadable(std::string_view what) {
  return {ErrorCode::store_failed, std::string{what} + ": the store's answer can't be read",
          "do the program and the schema belong together? `jobflip version` tells"};
}

Result<bool> still_leads(std::string_view what, const Result<pg::Rows>& rows) {
  if (!rows) return rows.error();
  auto in = rows->row(0);
  const bool leads = in.flag();
  if (in.failed()) return unreadable(what);
  return leads;
}

std::vector<std::string_view> split_records(std::string_view text) {
  return split(text, kRecordEnd);
}

pg::Cells split_fields(std::string_view record) {
  std::vector<std::optional<std::string_view>> cells;
  for (const auto part : split(record, kFieldEnd)) cells.emplace_back(part);
  return pg::Cells{std::move(cells)};
}

std::string array_of(const std::vector<std::string>& words) {
  std::string text = "{";
  for (const auto& word : words) {
    if (text.size() > 1) text += ',';
    text += '"' + word + '"';
  }
  return text + "}";
}

std::string array_of_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> escaped;
  for (const auto& text : texts) {
    std::string out;
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    escaped.push_back(std::move(out));
  }
  return array_of(escaped);
}

Result<BeatAnswer> parse_beat(std::string_view text) {
  const auto records = split_records(text);
  auto head = split_fields(records.front());
  BeatAnswer answer;
  auto& reply = answer.reply;
  if (head.text() != "B") return unreadable("beat");
  reply.incarnation = head.uuid();
  reply.beat = head.id<BeatNumber>();
  reply.history_whole = head.flag();
  answer.is_quiet = head.flag();
  reply.life = head.number();
  if (head.failed() || !head.at_end()) return unreadable("beat");
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].starts_with('{')) {
      if (reply.pools.empty()) return unreadable("beat");
      read_settings(records[i], reply.pools.back());
      continue;
    }
    if (!records[i].starts_with("P\x1f")) return unreadable("beat");
    auto in = split_fields(records[i].substr(2));
    reply.pools.push_back(read_report(in));
    if (in.failed() || !in.at_end()) return unreadable("beat");
  }
  return answer;
}

}  // namespace jobflip::store
