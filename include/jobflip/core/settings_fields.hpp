#pragma once
/// The description of every setting: see field.hpp. A new setting is a member in settings.hpp, a
/// row in settings_fields.cpp and a row in docs/configuration.md. It needs SQL only if a function
/// of the store reads it (src/store/sql/migrations).

#include <span>

#include "jobflip/core/field.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

template <class Owner>
std::span<const SettingField<Owner>> fields_of();

template <>
std::span<const SettingField<BudgetSettings>> fields_of<BudgetSettings>();
template <>
std::span<const SettingField<KeepingSettings>> fields_of<KeepingSettings>();
template <>
std::span<const SettingField<LeaseTimings>> fields_of<LeaseTimings>();
template <>
std::span<const SettingField<PoolSettings>> fields_of<PoolSettings>();
template <>
std::span<const SettingField<QueueSettings>> fields_of<QueueSettings>();
template <>
std::span<const SettingField<ServiceSettings>> fields_of<ServiceSettings>();

}  // namespace jobflip::core
