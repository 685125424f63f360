// The rows of the table savedquery: the views that every table has.
#pragma once

#include "pipeline/made_rows.hpp"

namespace rookery::messages {

/// Of a table with states one for each, the one of its initial state the default; of another one for all rows.
[[nodiscard]] MadeRows saved_query_rows();

}  // namespace rookery::messages
