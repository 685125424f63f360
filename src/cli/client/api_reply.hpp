// An answer of the server, whatever its status.
#pragma once

#include "base/http_message.hpp"
#include "base/uuid.hpp"
#include "base/zeroing_allocator.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

struct ApiReply {
    int status = 0;
    std::vector<http::Header> headers;
    WipedBuffer body;

    [[nodiscard]] std::string_view text() const { return {body.data(), body.size()}; }

    [[nodiscard]] bool succeeded() const { return status >= 200 && status <= 299; }

    /// The first header of that name, or nullptr.
    [[nodiscard]] const std::string* header(std::string_view name) const;
    /// Of every header of that name.
    [[nodiscard]] std::vector<std::string_view> header_values(std::string_view name) const;
};

/// The GUID in OData-EntityId, if it is one.
[[nodiscard]] std::optional<Uuid> entity_id_of(const ApiReply& reply);

}  // namespace rookery::cli
