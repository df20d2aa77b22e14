#include "jobflip/audit/export.hpp"

#include <array>
#include <ostream>

#include "audit/csv_line.hpp"
#include "audit/event_text.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::audit {
namespace {

using view::Json;
using view::or_null;

constexpr std::array<std::string_view, 3> kFormatNames{"json", "jsonl", "csv"};

void write_heads(std::ostream& out, std::string_view key, std::span<const core::ChainHead> heads) {
  out << '"' << key << "\": [";
  std::string_view comma = "\n";
  for (const auto& head : heads) {
    out << comma << view::json_text(head_json(head), -1);
    comma = ",\n";
  }
  out << "\n]";
}

Json part_json(const ExportPart& part) {
  return Json{{"chain", view::text_json(part.chain)},
              {"since", view::time_json(part.since)},
              {"until", view::time_json(part.until)}};
}

}  // namespace

std::string_view name_of(ExportFormat format) noexcept {
  return kFormatNames[static_cast<std::size_t>(format)];
}

std::optional<ExportFormat> parse_export_format(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kFormatNames.size(); ++i)
    if (kFormatNames[i] == name) return static_cast<ExportFormat>(i);
  return std::nullopt;
}

Json event_json(const core::AuditEvent& e) {
  return Json{{"chain", e.chain},
              {"seq", e.seq},
              {"at", rfc3339(e.at)},
              {"at_us", e.at.time_since_epoch().count()},
              {"kind", e.kind},
              {"node", or_null(e.node)},
              {"flip", or_null(e.flip)},
              {"epoch", or_null(e.epoch)},
              {"session_user", e.session_user},
              {"actor", or_null(e.actor)},
              {"reason", e.reason},
              {"payload", payload_json(e)},
              {"payload_text", e.payload},
              {"previous_hash", hex_of_bytes(e.previous_hash)},
              {"hash", hex_of_bytes(e.hash)}};
}

Json head_json(const core::ChainHead& head) {
  return Json{{"chain", head.chain}, {"seq", head.seq}, {"hash", hex_of_bytes(head.hash)}};
}

Json checks_json(std::span<const ChainCheck> checks) {
  bool sound = true;
  Json chains = Json::array();
  for (const auto& check : checks) {
    const auto& flaw = check.flaw;
    if (flaw) sound = false;
    Json one{{"chain", check.head.chain},
             {"events", check.head.seq},
             {"head_hash", hex_of_bytes(check.head.hash)},
             {"sound", !flaw},
             {"broken_seq", flaw ? Json(flaw->seq) : Json{}},
             {"why", flaw ? Json(flaw->why) : Json{}},
             {"finding", flaw ? Json(name_of(flaw->finding)) : Json{}},
             {"broken_at", flaw ? view::time_json(flaw->at) : Json{}},
             {"broken_kind", flaw ? view::text_json(flaw->kind) : Json{}},
             {"begins_after", check.begin.seq},
             {"anchors", check.anchors},
             {"sealed", Json{}}};
    if (check.seal)
      one["sealed"] = Json{{"events", check.seal->events},
                           {"up_to", check.seal->up_to},
                           {"sha256", check.seal->sha256}};
    chains.push_back(std::move(one));
  }
  return Json{{"schema", 1}, {"sound", sound}, {"chains", std::move(chains)}};
}

ExportWriter::ExportWriter(std::ostream& out, ExportFormat format,
                           std::span<const core::ChainHead> heads,
                           const std::optional<ExportPart>& part)
    : out_(out), format_(format) {
  if (format == ExportFormat::csv) out_ << csv_header();
  if (format != ExportFormat::json) return;
  out_ << "{\n\"schema\": 1,\n";
  if (part) {
    out_ << "\"part\": " << view::json_text(part_json(*part), -1) << ",\n";
    write_heads(out_, "begins", part->begins);
    out_ << ",\n";
  }
  write_heads(out_, "heads", heads);
  out_ << ",\n\"events\": [";
}

void ExportWriter::add(std::span<const core::AuditEvent> events) {
  for (const auto& event : events) {
    if (format_ == ExportFormat::csv) {
      out_ << csv_line(event);
      continue;
    }
    if (format_ == ExportFormat::json) out_ << (is_first_ ? "\n" : ",\n");
    out_ << view::json_text(event_json(event), -1);
    if (format_ == ExportFormat::jsonl) out_ << '\n';
    is_first_ = false;
  }
}

void ExportWriter::finish() {
  if (format_ == ExportFormat::json) out_ << "\n]\n}\n";
  out_ << std::flush;
}

}  // namespace jobflip::audit
