#pragma once
/// The server's plan of a statement, for people.

#include <functional>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::probe {

/// Runs the statement, and returns its plan with times and buffers; the plan alone if it does not
/// end in time, since a slow statement needs one most.
Result<std::string> read_plan(const std::string& statement,
                              const std::function<Result<pg::Rows>(const std::string&)>& ask);

}  // namespace jobflip::probe
