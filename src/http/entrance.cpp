#include "http/entrance.hpp"

#include "http/health_paths.hpp"
#include "http/seal_answers.hpp"
#include "http/service.hpp"
#include "odata/request/request_origin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <utility>

// GCC 12 inlines one half of a coroutine frame's operator new and delete and then takes the two for
// strangers (false alarm in boost/asio/impl/awaitable.hpp).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace rookery::http {
namespace {

namespace asio = boost::asio;

bool announces_little(const Request& head) {
    const auto* const length = head.header("Content-Length");
    if (length == nullptr) return false;
    std::size_t size = 0;
    const auto* const last = length->data() + length->size();
    const auto read = std::from_chars(length->data(), last, size);
    return read.ec == std::errc{} && read.ptr == last && size <= Entrance::unseal_body_max;
}

Error sealed_error() { return {Errc::unavailable, "The vault is sealed.", {}}; }

}  // namespace

Entrance::Entrance(VaultDesk* desk, std::function<void(std::string_view)> log)
    : desk_(desk), log_(std::move(log)) {}

Entrance::~Entrance() { end(); }

void Entrance::later(std::function<void()> work) { asio::post(keeper_, std::move(work)); }

void Entrance::end() { keeper_.join(); }

SealStatus Entrance::status() const { return desk_ == nullptr ? SealStatus{} : desk_->status(); }

Result<void> Entrance::admit(Request& head) {
    const Inside inside(inside_);
    if (auto* const service = open_.load()) return service->admit(head);
    if (head.target == unseal_path && announces_little(head)) return {};
    return fail(sealed_error());
}

asio::awaitable<Response> Entrance::handle(const Request& request) {
    Inside inside(inside_);
    auto* const service = open_.load();
    const bool about_seal = request.target == unseal_path || request.target == seal_status_path;
    if (service == nullptr || about_seal) return while_sealed(request);
    return service->handle(request, std::move(inside));
}

asio::awaitable<Response> Entrance::refuse(const Request& request, Error error) {
    Inside inside(inside_);
    if (auto* const service = open_.load()) {
        return service->refuse(request, std::move(error), std::move(inside));
    }
    return refuse_while_sealed();
}

/// Not looked at: what was understood of it may not be all of it.
asio::awaitable<Response> Entrance::refuse_while_sealed() { co_return sealed(); }

/// And of an open vault that it is open.
asio::awaitable<Response> Entrance::while_sealed(const Request& request) {
    const auto path = odata::path_and_query(request.target);
    if (path == unseal_path) co_return co_await unseal(request);
    if (path == seal_status_path) co_return seal_status(status());
    if (path == lives_path || path == ready_path) co_return health_of_sealed(path == ready_path);
    co_return sealed();
}

asio::awaitable<Response> Entrance::unseal(const Request& request) {
    if (!status().sealed) co_return seal_status(status());
    auto input = read_unseal_input(request, unseal_body_max);
    if (!input) co_return unseal_failed(input.error());
    auto turn = turns_.begin(input->kind, source_of(request.peer));
    if (!turn) co_return unseal_failed(turn.error());
    auto work = try_way(std::move(*input), *turn);
    co_return co_await asio::co_spawn(keeper_, std::move(work), asio::use_awaitable);
}

asio::awaitable<Response> Entrance::try_way(UnsealInput input, UnsealTurns::Turn& turn) {
    const auto result = desk_->unseal(std::move(input));
    if (!result) co_return unseal_failed(result.error());
    turn.was_good();
    co_return seal_status(*result);
}

void Entrance::tick() {
    const Inside inside(inside_);
    if (auto* const service = open_.load()) {
        service->tick();
    } else if (desk_ != nullptr) {
        desk_->tick();
    }
}

void Entrance::log(std::string_view what) noexcept {
    if (log_) log_(what);
}

}  // namespace rookery::http
