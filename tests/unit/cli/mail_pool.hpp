#pragma once
/// The start of a pool file: pool mail of two nodes with queue email, to which a test adds lines.

#include <string>

namespace jobflip::cli {

inline const std::string kMailPool = R"(
[[node]]
name = "job1"
[[node]]
name = "job2"
[[pool]]
name = "mail"
candidates = ["job1", "job2"]
[[pool.queue]]
name = "email"
database = "app"
query = "select 1"
)";

}  // namespace jobflip::cli
