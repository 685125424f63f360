// Every message once, aimed at one row: what the matrix of messages, tables and callers is made of.
#pragma once

#include "messages/message.hpp"
#include "rights/draws.hpp"
#include "rights/scene.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rookery::rights {

/// Who sends it and to which row.
struct Aim {
    const Scene& scene;
    Uuid caller;
    const schema::Table& table;
    Uuid row;
    Uuid new_id;  // for a row that it makes
};

struct Attempt {
    std::string words;
    std::function<messages::Message(const Aim&)> make;
};

/// Every message that fits the table, with each way that it can go.
[[nodiscard]] std::vector<Attempt> attempts_on(const schema::Table& table);
/// Messages that name no row of a table.
[[nodiscard]] std::vector<Attempt> attempts_without_a_table();

}  // namespace rookery::rights
