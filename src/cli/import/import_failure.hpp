// What an error of the server means for an import.
#pragma once

#include "base/errc.hpp"
#include "cli/import/row_plan.hpp"

namespace rookery::cli {

/// It ends the import: the same would happen to every row.
[[nodiscard]] bool ends_import(Errc code);

/// Of what ends an import while it is planned: what one row may need and another not, so that it ends no batch.
/// To give a record to somebody who can read its token takes a privilege of its own.
[[nodiscard]] bool may_lie_with_a_row(Errc code);

/// A row of that id or key is there.
[[nodiscard]] bool is_duplicate(Errc code);

/// A row is not the one that a version was given of: it was written since, or is gone.
[[nodiscard]] bool is_outdated(Errc code);

/// Of a row whose error ends no import.
[[nodiscard]] Outcome outcome_of(Errc code);

}  // namespace rookery::cli
