#pragma once
/// The sections of a page, in its order, and what they share.

#include <string>
#include <vector>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/report/facts.hpp"
#include "jobflip/report/page.hpp"
#include "report/figures.hpp"

namespace jobflip::report {

inline constexpr std::size_t kMostRows = 700;  // of the timeline

Section summary_section(const Facts& facts, const Figures& figures);
Section impact_section(const Facts& facts, const Figures& figures);
Section timeline_section(const Facts& facts, const std::vector<Mark>& marks);
/// Adds the charts to the page.
Section queues_section(const Facts& facts, Page& page);
Section verdict_section(const Facts& facts);
Section target_section(const Facts& facts);
Section black_box_section(const Facts& facts);
Section jobs_section(const Facts& facts);
Section holds_section(const Facts& facts);
std::vector<Section> sections_for_people();
Section about_section(const Facts& facts);

/// Every stage with its letter.
std::vector<Mark> marks_of(const core::Incident& incident);
/// "the last progress", "a flip was decided", ...
std::string stage_text(const core::Incident& incident, core::IncidentStage stage);

/// "2026-11-28 05:18:42.123", in UTC.
std::string utc_text(WallTime at);
/// "06:18:42.123 CET", with the date if it is another one than in UTC; "" without a zone.
std::string local_text(const Zone& zone, WallTime at);
/// "05:18:42.123 UTC (06:18:42.123 CET)": for a sentence.
std::string moment_text(const Facts& facts, WallTime at);
/// "+2.4s", "-300ms"
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
/// "Flip 7: job1 -> job2"
std::string flip_title(const core::FlipTimeline& timeline);

}  // namespace jobflip::report
