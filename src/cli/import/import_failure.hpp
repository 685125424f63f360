// What an error of the server means for an import.
#pragma once

#include "base/errc.hpp"
#include "cli/import/import_report.hpp"

namespace rookery::cli {

/// It ends the import: the same would happen to every row.
[[nodiscard]] bool ends_import(Errc code);

/// The server cannot take it now; later it may.
[[nodiscard]] bool is_busy(Errc code);

/// A row of that id or key is there.
[[nodiscard]] bool is_duplicate(Errc code);

/// Of an error that ends no import.
[[nodiscard]] ProblemKind problem_kind_of(Errc code);

}  // namespace rookery::cli
