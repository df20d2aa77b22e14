#pragma once
/// Writes log events as entries of the systemd journal, with their fields and the MESSAGE_ID of
/// their kind. Only if the journal reads this process's stderr (JOURNAL_STREAM names that very
/// stream): a daemon in a terminal or in a container writes lines of text.

#include <memory>
#include <string>
#include <vector>

#include "jobflip/ports/event_sink.hpp"

namespace jobflip::app {

/// The fields of one entry, each as NAME=value, all of them escaped.
std::vector<std::string> fields_of(const std::string& role, const NodeName& node,
                                   const core::LogEvent& log_event, int repeats);

/// Null if there is no journal.
std::unique_ptr<ports::EventSink> open_journal(const std::string& role);

}  // namespace jobflip::app
