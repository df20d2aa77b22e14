#pragma once
/// What a decision saw (core/evidence.hpp), in sentences: the queues, what the rules said, and who
/// could take over.
///
/// A login that calls the store's functions itself may have written any other object: what does not
/// read as evidence is left out, every text is escaped, and the number of sentences is bounded.

#include <string>
#include <string_view>
#include <vector>

namespace jobflip::view {

/// Empty if the document is not evidence.
std::vector<std::string> evidence_texts(std::string_view document);

}  // namespace jobflip::view
