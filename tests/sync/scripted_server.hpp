// A TLS server that answers as a test says, in bytes: also what no HTTP server would send. One thread
// a connection, blocking sockets; no test can hang for good.
#pragma once

#include "base/clock.hpp"
#include "http/certificate_authority.hpp"
#include "http/certificate_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace rookery::test {

struct Asked {
    std::string method;
    std::string target;
    std::string head;  // with the request line
    std::string body;
    std::size_t connection = 0;  // counted from 1

    [[nodiscard]] bool has(std::string_view text) const {
        return head.find(text) != std::string::npos;
    }

    /// The header's value, or empty. `name` as sent.
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const auto begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

struct Told {
    enum class Then { keep, close, hang, repeat };

    std::string bytes;
    Then then = Then::keep;  // repeat: the bytes again, without end
};

inline Told answer(int status, std::string_view body = {}, std::string_view headers = {}) {
    return {
        "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string{headers} +
        (status == 204 ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" +
        std::string{body}};
}

/// A port that takes no connection, and that nobody else can have meanwhile.
class DeafPort {
 public:
    DeafPort() {
        socket_.open(boost::asio::ip::tcp::v4());
        socket_.bind({boost::asio::ip::address_v4::loopback(), 0});  // and does not listen
    }

    [[nodiscard]] std::string origin() const {
        return "https://127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
    }

 private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor socket_{io_};
};

class ScriptedServer {
 public:
    using Script = std::function<Told(const Asked&)>;

    ScriptedServer(const CertificateFolder& folder, Script script) : script_(std::move(script)) {
        const auto made =
            http::ensure_server_certificate(folder.path(), {"127.0.0.1"}, SystemClock{}.now());
        REQUIRE(made);
        authority_ = made->authority;
        context_.use_certificate_chain_file(made->certificate.string());
        context_.use_private_key_file(made->key.string(), boost::asio::ssl::context::pem);
        acceptor_.emplace(
            io_, boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}
        );
        port_ = acceptor_->local_endpoint().port();
        accepting_ = std::thread([this] { accept(); });
    }

    ~ScriptedServer() {
        stopping_ = true;
        ::shutdown(acceptor_->native_handle(), SHUT_RDWR);
        accepting_.join();
        {
            const std::lock_guard lock(mutex_);
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (auto& thread : serving_) thread.join();
    }

    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::string origin() const {
        return "https://127.0.0.1:" + std::to_string(port_);
    }

    [[nodiscard]] const std::filesystem::path& authority() const { return authority_; }

    [[nodiscard]] std::size_t connections() const { return connections_; }

    [[nodiscard]] std::vector<Asked> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

 private:
    using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

    void accept() {
        while (!stopping_) {
            boost::system::error_code failed;
            boost::asio::ip::tcp::socket socket{io_};
            acceptor_->accept(socket, failed);
            if (failed) return;
            const timeval patience{20, 0};
            ::setsockopt(
                socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience
            );
            serving_.emplace_back([this, number = ++connections_, taken = std::move(socket)](
                                  ) mutable { serve(std::move(taken), number); });
        }
    }

    void serve(boost::asio::ip::tcp::socket socket, std::size_t number) {
        const int fd = socket.native_handle();
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
            open_.insert(fd);
        }
        Stream stream{std::move(socket), context_};
        boost::system::error_code failed;
        stream.handshake(boost::asio::ssl::stream_base::server, failed);
        std::string received;
        while (!failed) {
            auto asked = read(stream, received);
            if (!asked) break;
            asked->connection = number;
            {
                const std::lock_guard lock(mutex_);
                asked_.push_back(*asked);
            }
            const auto told = script_(*asked);
            do {
                boost::asio::write(stream, boost::asio::buffer(told.bytes), failed);
            } while (told.then == Told::Then::repeat && !failed);
            if (told.then == Told::Then::hang) (void)read(stream, received);
            if (told.then != Told::Then::keep) break;
        }
        const std::lock_guard lock(mutex_);
        open_.erase(fd);
    }

    static std::optional<Asked> read(Stream& stream, std::string& received) {
        const auto more = [&] {
            std::array<char, 16384> bytes{};
            boost::system::error_code failed;
            const auto size = stream.read_some(boost::asio::buffer(bytes), failed);
            received.append(bytes.data(), size);
            return !failed;
        };
        auto end = std::string::npos;
        while ((end = received.find("\r\n\r\n")) == std::string::npos) {
            if (!more()) return std::nullopt;
        }
        Asked out;
        out.head = received.substr(0, end + 2);
        received.erase(0, end + 4);
        const auto blank = out.head.find(' ');
        out.method = out.head.substr(0, blank);
        out.target = out.head.substr(blank + 1, out.head.find(' ', blank + 1) - blank - 1);
        const auto length = out.header("Content-Length");
        const auto size = length.empty() ? 0 : std::stoul(length);
        while (received.size() < size) {
            if (!more()) return std::nullopt;
        }
        out.body = received.substr(0, size);
        received.erase(0, size);
        return out;
    }

    Script script_;
    std::filesystem::path authority_;
    boost::asio::io_context io_;
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
    std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> connections_{0};
    std::list<std::thread> serving_;  // of the accepting thread until it ended
    std::thread accepting_;
    mutable std::mutex mutex_;
    std::set<int> open_;
    std::vector<Asked> asked_;
};

}  // namespace rookery::test
