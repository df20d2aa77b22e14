#pragma once
/// Who may write what a unit is made of, and who its User= is: what a guard that is root relies on.

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "jobflip/setup/unit_text.hpp"

namespace jobflip::host {

/// The unit's file, its drop-ins and its EnvironmentFile=s that somebody other than root may write;
/// an environment file may be the unit's own user's. `root`: a folder in the place of "/", whose
/// owner counts as root.
std::vector<std::string> writable_parts(const std::string& root, const setup::UnitSource& unit);

/// Its ids, if only a directory service has a name, and not /etc/passwd or /etc/group.
std::optional<setup::UserNumbers> directory_user_of(const setup::UnitSource& unit);

/// Whether a name or number of User= and one of a guard's --user are the same user.
bool is_same_user(const std::string& one, const std::string& other);

}  // namespace jobflip::host
