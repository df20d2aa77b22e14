#pragma once
/// Services for the front ends of this room: with their uptime, in the order of how serious their
/// state is.

#include <vector>

#include "cli/session.hpp"
#include "jobflip/view/service_view.hpp"

namespace jobflip::cli {

/// Without their uptime.
Result<std::vector<view::ServiceLine>> services_of(ports::ReaderStore& store);

/// Of the last 24 hours and 30 days.
Result<void> add_uptimes(ports::ReaderStore& store, WallTime now,
                         std::vector<view::ServiceLine>& lines);

/// The most serious first.
void sort_by_level(std::vector<view::ServiceLine>& lines);

/// Those that are not as they should be, a line each.
void print_service_alarms(Session& session, const std::vector<view::ServiceLine>& lines);

/// There is none of that name; a known one that is near is asked for.
Error no_such_service(const std::string& name, const std::vector<std::string>& known);

/// The service of that name, or the Error that asks whether another one was meant.
Result<view::ServiceLine> find_service(ports::ReaderStore& store, const std::string& name);

Style style_of(core::AlarmLevel level);

}  // namespace jobflip::cli
