#pragma once
/// An incident with everything that a page may show, and the same with a text of somebody's choice
/// in every place where a text can be.

#include <string>

#include "jobflip/report/facts.hpp"

namespace jobflip::report {

/// A time that starts at 2026-11-23T03:00:00Z.
WallTime at(Millis after);

/// Pool mail: email stalls at +0s, detected at +60s, flipped from job1 to job2 at +90s, first job
/// at +95s, well again at +150s. Readings every 10 s, from -2 min to +5 min.
Facts full_facts();

/// `text` is the reason, the note, the label, the id of a job, ... : each text that people, hosts
/// or databases may write.
Facts hostile_facts(const std::string& text);

/// One hour at 10 s of so many queues.
Facts large_facts(std::size_t queues);

/// Readings of a queue that stalls from +0s to +95s.
Series series_of(const std::string& queue, Millis every = Millis{10'000});

}  // namespace jobflip::report
