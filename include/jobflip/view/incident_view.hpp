#pragma once
/// An incident as JSON and in sentences. Texts from outside are escaped in the sentences.

#include <string>
#include <vector>

#include "jobflip/core/incident.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// Whatever is not known is null. `whole`: with stages, flips,
/// deployments and notes.
Json incident_json(const core::Incident& incident, bool whole);

/// "mail", or "service web".
std::string incident_subject(const core::Incident& incident);

/// "incident 7 of mail: queued, critical, over after 2m10s"
std::string incident_headline(const core::Incident& incident, WallTime now);

/// What opened it, what it was for users, its worst figures, what belongs to it.
std::vector<std::string> incident_texts(const core::Incident& incident, WallTime now);

/// "detected 12.0s after the onset; decided 30.1s after the detection; ...": only what is known.
std::string incident_durations_text(const core::Incident& incident);

}  // namespace jobflip::view
