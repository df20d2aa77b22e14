#pragma once
/// The sections of a page, in its order, and what they share.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/report/facts.hpp"
#include "jobflip/report/page.hpp"
#include "report/figures.hpp"

namespace jobflip::report {

inline constexpr std::size_t kMostRows = 700;  // of the timeline

Section summary_section(const Facts& facts, const Figures& figures);
/// The figures that stand out.
Tiles summary_tiles(const Facts& facts, const Figures& figures);
Section impact_section(const Facts& facts, const Figures& figures);
Section timeline_section(const Facts& facts, const std::vector<Mark>& marks);
Section deployments_section(const Facts& facts);
/// Adds the charts to the page.
Section queues_section(const Facts& facts, Page& page);
Section verdict_section(const Facts& facts);
Section target_section(const Facts& facts);
Section black_box_section(const Facts& facts);
Section jobs_section(const Facts& facts);
Section holds_section(const Facts& facts);
std::vector<Section> sections_for_people();
Section about_section(const Facts& facts);

/// How many flips were held back and by what, and how many requests were refused; "" if none.
std::string holds_sentence(const Facts& facts);
/// Who asked for the flip and how it went, or who took over.
std::string flip_story(const Facts& facts, const core::FlipTimeline& timeline);
/// Whether it cured the pool.
Paragraph flip_outcome(const Facts& facts, const core::FlipTimeline& timeline);

/// When the incident was: from its onset, or its opening if that is earlier, to its close.
struct Span {
  WallTime from;
  WallTime until;  // of an open incident: the end of the page
};
Span span_of(const Facts& facts);
bool is_within(const Span& span, WallTime at);
/// The event is part of the incident: it names one of its flips or the incident itself, or names
/// none and happened meanwhile.
bool is_own(const Facts& facts, const core::AuditEvent& event);
/// The incident that the event names in its payload.
std::optional<std::uint64_t> named_incident(const core::AuditEvent& event);
/// Nothing was ill: somebody moved the pool.
bool is_flip_of_healthy_pool(const core::Incident& incident);
/// By time, and those at the same time in the order of the stages.
std::vector<core::StageReached> stages_in_order(const core::Incident& incident);

/// Every stage with its letter.
std::vector<Mark> marks_of(const core::Incident& incident);
/// Marks that a chart of this length can't keep apart: one line, "C-G".
struct MarkGroup {
  char first{};
  char last{};
  WallTime at;  // of the first
};
std::vector<MarkGroup> groups_of(const std::vector<Mark>& marks, WallTime::duration length);
/// "the last progress", "a flip was decided", ...
std::string stage_text(const core::Incident& incident, core::IncidentStage stage);

/// "2026-11-28 05:18:42.123", in UTC.
std::string utc_text(WallTime at);
/// "06:18:42.123 CET", with the date if it is another one than in UTC; "" without a zone.
std::string local_text(const Zone& zone, WallTime at);
/// "05:18:42.123 UTC (06:18:42.123 CET)": for a sentence.
std::string moment_text(const Facts& facts, WallTime at);
/// "+1m02.400s", "-0.300s"
std::string offset_text(WallTime from, WallTime at);
std::string length_or_unknown(const std::optional<Millis>& length);
/// "1 job", "3 jobs"
std::string counted(std::int64_t count, const char* one, const char* many);
/// "email", "email and push", "email, push and 3 more"
std::string names_text(const std::vector<std::string>& names);
/// The queues that this is about: stuck when a flip was decided, or in trouble meanwhile.
std::vector<std::string> affected_queues(const Facts& facts);
bool is_kind(const core::AuditEvent& event, core::AuditKind kind);
/// The events in which a node took over from a silent one, without a flip.
std::vector<core::AuditEvent> takeovers_of(const Facts& facts);
/// "flip 7", "takeover 8"
std::string flip_name(const core::FlipTimeline& timeline);
/// The text with its first letter as a capital, and with a full stop.
std::string capitalised(std::string text);
std::string sentence_text(const std::string& text);
/// One form of names: "job1" for the actor "node job1".
std::string name_text(const std::string& actor);
/// Who did it: of a person the claimed name with the login, "ada (ops1)".
std::string who_text(const core::AuditEvent& event);
/// The same at the start of a sentence: names of people and nodes stay as they are.
std::string name_at_start(const std::string& actor);
/// "Flip 7: job1 -> job2"
std::string flip_title(const core::FlipTimeline& timeline);

}  // namespace jobflip::report
