#include "tests/plugin_api/core_scan.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace keyrule::plugin_test {
namespace {

constexpr size_t kWindow = 12;

size_t FilterBit(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return static_cast<size_t>((word * 0x9E3779B97F4A7C15u) >> 43);  // 21 bits
}

std::string Hex(std::string_view bytes, const char* format) {
  std::string text;
  char digits[3];
  for (char byte : bytes) {
    std::snprintf(digits, sizeof(digits), format, static_cast<unsigned char>(byte));
    text += digits;
  }
  return text;
}

// The characters that depend on `bytes` alone when `before` unknown bytes stand in front.
std::string Base64(std::string_view bytes, size_t before, bool url) {
  std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (url) digits.replace(62, 2, "-_");
  std::string text;
  const size_t bits = bytes.size() * 8;
  for (size_t bit = (6 - before * 8 % 6) % 6; bit + 6 <= bits; bit += 6) {
    unsigned value = 0;
    for (size_t i = bit; i < bit + 6; ++i) {
      value = value << 1 | ((static_cast<unsigned char>(bytes[i / 8]) >> (7 - i % 8)) & 1u);
    }
    text += digits[value];
  }
  return text;
}

std::string UrlEncoded(std::string_view text, const char* format) {
  std::string encoded;
  char digits[4];
  for (char byte : text) {
    if (std::isalnum(static_cast<unsigned char>(byte)) != 0 || std::strchr("-._~", byte) != nullptr) {
      encoded += byte;
    } else {
      std::snprintf(digits, sizeof(digits), format, static_cast<unsigned char>(byte));
      encoded += digits;
    }
  }
  return encoded;
}

std::string Xored(std::string bytes, char pad) {
  for (char& byte : bytes) byte = static_cast<char>(byte ^ pad);
  return bytes;
}

}  // namespace

void TraceScanner::AddForm(const std::string& bytes, const std::string& name) {
  for (size_t at = 0; at + kWindow <= bytes.size(); ++at) {
    windows_.emplace(bytes.substr(at, kWindow), name);
    const size_t bit = FilterBit(bytes.data() + at);
    filter_[bit / 64] |= uint64_t{1} << bit % 64;
  }
}

void TraceScanner::AddText(const std::string& text, const std::string& name) {
  std::string wide;
  for (char byte : text) wide += {byte, '\0'};
  AddForm(text, name + " as it is");
  AddForm({text.rbegin(), text.rend()}, name + " reversed");
  AddForm(wide, name + " as 16-bit characters");
  for (const char* format : {"%02x", "%02X"}) AddForm(Hex(text, format), name + " as hex");
  for (const char* format : {"%%%02x", "%%%02X"}) {
    AddForm(UrlEncoded(text, format), name + " as URL");
  }
  for (size_t before = 0; before < 3; ++before) {
    for (bool url : {false, true}) AddForm(Base64(text, before, url), name + " as base64");
  }
}

void TraceScanner::AddKey(const std::string& key, const std::string& name) {
  std::string words = key;
  for (size_t at = 0; at + 4 <= words.size(); at += 4) {
    std::reverse(words.begin() + static_cast<std::ptrdiff_t>(at),
                 words.begin() + static_cast<std::ptrdiff_t>(at) + 4);
  }
  AddForm(key, name + " as it is");
  AddForm(words, name + " in words");
  AddForm(Xored(key, 0x36), name + " padded");
  AddForm(Xored(key, 0x5c), name + " padded");
  AddForm(Hex(key, "%02x"), name + " as hex");
  for (size_t before = 0; before < 3; ++before) {
    AddForm(Base64(key, before, false), name + " as base64");
  }
}

std::set<std::string> TraceScanner::Find(const std::string& path) const {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info{};
  if (fd < 0 || fstat(fd, &info) != 0 || info.st_size < 4096) {
    throw std::runtime_error(path + " is no core");
  }
  const auto size = static_cast<size_t>(info.st_size);
  void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) throw std::runtime_error(path);
  std::set<std::string> found;
  const char* bytes = static_cast<const char*>(memory);
  for (size_t at = 0; at + kWindow <= size; ++at) {
    const size_t bit = FilterBit(bytes + at);
    if ((filter_[bit / 64] >> bit % 64 & 1) == 0) continue;
    const auto window = windows_.find(std::string(bytes + at, kWindow));
    if (window != windows_.end()) found.insert(window->second);
  }
  munmap(memory, size);
  return found;
}

}  // namespace keyrule::plugin_test
