// What the pipeline answers. Reachable only through a Receipt; rendered by odata.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "ledger/pending.hpp"
#include "pipeline/input.hpp"
#include "storage/row.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::messages {

/// The constant shown for a sealed column to a reader who may not see it in clear.
inline constexpr std::string_view mask = "********";

struct Masked {};

/// One property of a shown row. monostate is null; the row's own value is a pointer into
/// ShownRow::row, which is shared and never changes.
using Shown = std::variant<std::monostate, const storage::Value*, Masked, SecretBytes>;

struct ShownCell {
    const schema::Column* column = nullptr;
    Shown value;
    std::string formatted;  // lookups: name of the target, if asked for
};

struct ShownRow;

/// The same row may be shown in many places.
using ShownRowPtr = std::shared_ptr<const ShownRow>;

/// What an expanded navigation property leads to: nothing that may be shown, a row as a reference alone, a row, the
/// rows of a collection.
using ShownLink =
    std::variant<std::monostate, storage::RowRef, ShownRowPtr, std::vector<ShownRowPtr>>;

struct ShownRow {
    std::shared_ptr<const storage::Row> row;
    std::vector<ShownCell> cells;  // in the order of the selection
    std::optional<std::size_t>
        written;  // index of the RowWrite: its versionnumber is the Receipt's
    std::vector<ShownLink> expanded = {};  // in the order of the query's

    [[nodiscard]] std::uint64_t versionnumber(const ledger::Receipt& receipt) const {
        return written ? receipt.versionnumber(*written) : row->versionnumber;
    }
};

/// Why a column shows the mask, as the Rky-Masked header says it.
enum class MaskReason : std::uint8_t {
    not_asked,   // UnMaskedData=true would have shown it
    one_record,  // the caller may see it in the answer to a Retrieve alone
    no_permission,
    unconfirmed,  // the credential does not carry its user's plaintext
    inactive,     // nobody sees it until the record is activated
};

struct MaskedColumn {
    const schema::Column* column = nullptr;
    MaskReason reason = MaskReason::no_permission;

    friend bool operator==(const MaskedColumn&, const MaskedColumn&) = default;
};

/// 204. `id` is set for Create and Upsert.
struct NoContent {
    const schema::Table* table = nullptr;
    std::optional<Uuid> id;
    bool created = false;
    // Live credentials of those who gained by it, which do not carry that until they are confirmed.
    std::vector<Uuid> waiting = {};
};

struct RowReply {
    ShownRow row;
    bool created = false;  // 201
    std::vector<MaskedColumn> masked;
    const schema::Column* property = nullptr;
};

/// A lookup that leads nowhere, or a null property: 204.
struct NullReply {};

struct NotModified {};  // 304

/// What a delta has besides its changed rows.
struct DeltaReply {
    std::vector<Uuid> removed;
    std::optional<std::string> next_token;  // of its next page, which is a delta token
};

struct ListReply {
    const schema::Table* table = nullptr;
    std::vector<ShownRow> rows;
    std::optional<std::uint64_t> count;
    std::optional<std::string> next_token;
    std::vector<MaskedColumn> masked;
    // When rows are shown joined: how many the answer has at most, and how many of the first one's pages before had.
    std::uint64_t joined_max = 0;
    std::uint64_t joined_skipped = 0;
    std::optional<DeltaReply> delta = {};         // nothing: an ordinary list
    std::optional<std::string> delta_token = {};  // where whoever has all pages goes on
};

struct CountReply {
    std::uint64_t count = 0;
};

struct IdsReply {
    std::vector<Uuid> ids;
};

struct ErrorReply {
    Error error;
};

/// A reply in one message's own shape, which stands beside that message. Only who knows the message knows what is
/// in it.
class OwnReply {
 public:
    template <class T>

    requires std::is_aggregate_v<T> OwnReply(T reply)
        : held_(std::make_unique<Held<T>>(std::move(reply))) {}  // NOLINT: any such reply is one

    /// Null when it is another message's.
    template <class T>
    [[nodiscard]] T* get_if() {
        auto* held = dynamic_cast<Held<T>*>(held_.get());
        return held == nullptr ? nullptr : &held->reply;
    }

    template <class T>
    [[nodiscard]] const T* get_if() const {
        const auto* held = dynamic_cast<const Held<T>*>(held_.get());
        return held == nullptr ? nullptr : &held->reply;
    }

 private:
    struct Holder {
        virtual ~Holder() = default;
    };

    template <class T>
    struct Held final : Holder {
        explicit Held(T given) : reply(std::move(given)) {}

        T reply;
    };

    std::unique_ptr<Holder> held_;
};

class MessageReply final : public ledger::Reply {
 public:
    using Body = std::variant<
        ErrorReply, NoContent, RowReply, NullReply, NotModified, ListReply, CountReply, IdsReply,
        OwnReply>;

    explicit MessageReply(Body given) : body(std::move(given)) {}

    Body body;
};

template <class T, class Variant>
inline constexpr bool is_alternative = false;
template <class T, class... All>
inline constexpr bool is_alternative<T, std::variant<All...>> = (std::is_same_v<T, All> || ...);

/// The body as a T, of whichever kind T is; null when it is another.
template <class T, class Body>
[[nodiscard]] auto* reply_as(Body& body) {
    if constexpr (is_alternative<T, std::remove_const_t<Body>>) {
        return std::get_if<T>(&body);
    } else {
        auto* own = std::get_if<OwnReply>(&body);
        return own == nullptr ? nullptr : own->template get_if<T>();
    }
}

/// The reply that the receipt owns, or the error that it is. The receipt's numbers stay readable.
[[nodiscard]] Result<std::unique_ptr<MessageReply>> take_reply(ledger::Receipt&& receipt);

/// The same as a T; Errc::internal when it is another.
template <class T>
[[nodiscard]] Result<T> take_reply_as(ledger::Receipt&& receipt) {
    ROOKERY_TRY(const auto reply, take_reply(std::move(receipt)));
    auto* const wanted = reply_as<T>(reply->body);
    if (wanted == nullptr) return fail(Errc::internal, "another kind of reply");
    return std::move(*wanted);
}

}  // namespace rookery::messages
