#pragma once
/// Who may write the files of a unit, and who its User= is: a guard that is root relies on both.

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "jobflip/setup/unit_text.hpp"

namespace jobflip::host {

/// Those of the unit's file, its drop-ins and its EnvironmentFile=s that somebody other than root
/// may write; an environment file may belong to the unit's own user. `root`: a folder in place of
/// "/", whose owner counts as root.
std::vector<std::string> writable_parts(const std::string& root, const setup::UnitSource& unit);

/// Its ids, if a name is only in a directory service and not in /etc/passwd or /etc/group.
std::optional<setup::UserNumbers> directory_user_of(const setup::UnitSource& unit);

/// Whether a name or number of User= and one of a guard's --user are the same user.
bool is_same_user(const std::string& one, const std::string& other);

}  // namespace jobflip::host
