#pragma once
/// Which migration a store has, asked of functions that nobody but jobflip made.

#include <pqxx/pqxx>
#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::store {

/// Whoever may create schemas here may have made one before `init`: no function of theirs is
/// called. An object that a superuser created by hand is replaced by the next migration.
Result<bool> has_function(pqxx::transaction_base& session, const std::string& name);

/// The last migration that ran; 0: none.
Result<int> version_in(pqxx::transaction_base& session);

}  // namespace jobflip::store
